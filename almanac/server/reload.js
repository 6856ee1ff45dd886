// Added by `serve` to every page: reloads it after a build, and shows what keeps the site from being built.
{
  let shownBuild = null;
  let box = null;

  const showReport = (report) => {
    box?.remove();
    box = null;
    if (!report) return;
    box = document.createElement("pre");
    box.setAttribute("role", "alert");
    box.textContent = report;
    box.style.cssText =
      "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;padding:1rem 1.5rem;z-index:9999;" +
      "background:#2b0f0c;color:#ffe9e4;font:15px/1.6 ui-monospace,monospace;white-space:pre-wrap;border-top:4px solid #ff6b4a";
    document.body.append(box);
  };

  new EventSource("/__almanac__/events").addEventListener("message", (message) => {
    const { build, report } = JSON.parse(message.data);
    if (shownBuild !== null && build !== shownBuild && !report) location.reload();
    shownBuild = build;
    showReport(report);
  });
}
