// For the page around frames: gives each frame of the site that this script comes from the height of its content.
{
  const HEIGHT = "almanac-height";
  const home = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe")].filter(({ src }) => src.startsWith(`${home}/`));

  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== home || data?.type !== HEIGHT || !Number.isFinite(data.height)) return;
    const frame = frames().find(({ contentWindow }) => contentWindow === source);
    if (frame) frame.height = String(Math.ceil(data.height));
  });
  // A frame that was ready before this script is asked again. One that is not is nobody's yet, hence any origin.
  for (const frame of frames()) frame.contentWindow.postMessage({ type: HEIGHT }, "*");
}
