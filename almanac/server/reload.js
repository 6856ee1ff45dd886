// Added by `serve` to every page: reloads it after a build, shows what keeps the site from being built, offers advice,
// and with `--edit` leads to the desk.
{
  const { dataset } = document.currentScript;
  let shown = { run: dataset.run, build: Number(dataset.build) };
  let box = null;

  const reportBox = (report, colours) => {
    const pre = document.createElement("pre");
    pre.textContent = report;
    pre.style.cssText =
      "max-height:60vh;overflow:auto;margin:0;padding:1rem 1.5rem;font:15px/1.6 ui-monospace,monospace;white-space:pre-wrap;" + colours;
    return pre;
  };

  const errorBox = (report) => {
    const pre = reportBox(report, "background:#2b0f0c;color:#ffe9e4;border-top:4px solid #ff6b4a");
    pre.setAttribute("role", "alert");
    pre.style.cssText += ";position:fixed;inset:auto 0 0 0;z-index:9999";
    return pre;
  };

  // A small button in the corner; the list opens above it and leaves the page as it is.
  const adviceBox = ({ count, report }) => {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = count;
    summary.style.cssText = "cursor:pointer;padding:.4rem 1rem;font:15px/1.6 system-ui,sans-serif;background:#5a4300;color:#fff6dd";
    details.append(summary, reportBox(report, "background:#241c05;color:#fff6dd"));
    details.style.cssText = "position:fixed;inset:auto 0 0 auto;max-width:100vw;z-index:9999";
    details.open = sessionStorage.getItem("almanac-advice") === "open";
    details.addEventListener("toggle", () => sessionStorage.setItem("almanac-advice", details.open ? "open" : ""));
    return details;
  };

  const link = (address, words) => {
    const made = document.createElement("a");
    made.href = address;
    made.textContent = words;
    made.style.cssText = "padding:.4rem 1rem;font:15px/1.8 system-ui,sans-serif;background:#0b5563;color:#fff";
    return made;
  };

  // With --edit, above the page: from a page to the desk, and from an event to its file in the form.
  const deskBox = ({ desk, change, event }) => {
    const nav = document.createElement("nav");
    nav.setAttribute("aria-label", desk);
    nav.append(link("/__almanac__/desk/", desk));
    if (event) nav.append(link(`/__almanac__/desk/form/?event=${encodeURIComponent(event)}`, change));
    nav.style.cssText = "display:flex;background:#0b5563";
    return nav;
  };
  if (dataset.desk) document.body.prepend(deskBox(dataset));

  const show = (report, advice) => {
    box?.remove();
    box = report ? errorBox(report) : advice.count ? adviceBox(advice) : null;
    if (box) document.body.append(box);
  };

  // The new sheet stands beside the old one until it is there, so that the page never lies bare.
  const swapStyles = () => {
    for (const link of document.querySelectorAll("link[rel='stylesheet']")) {
      const fresh = link.cloneNode();
      fresh.href = `${link.href.split("?")[0]}?${Date.now()}`;
      fresh.addEventListener("load", () => link.remove());
      link.after(fresh);
    }
  };

  // Browsers keep scroll and fields when a page reloads; what is chosen stands in its address.
  const follow = ({ run, build, report, styles_only: stylesOnly }) => {
    const isNew = run !== shown.run || build !== shown.build;
    if (!isNew || report) return;
    if (stylesOnly && run === shown.run && build === shown.build + 1) swapStyles();
    else location.reload();
  };

  new EventSource("/__almanac__/events").addEventListener("message", (message) => {
    const state = JSON.parse(message.data);
    follow(state);
    shown = state;
    show(state.report, state.advice);
  });
}
