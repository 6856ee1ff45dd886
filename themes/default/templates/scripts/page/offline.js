// Registers the worker that keeps pages for reading without a network, when the page has long been loaded.
import { root } from "./dom.js";
import { stars } from "./stars.js";

const LATER = 4000; // milliseconds after loading: reading comes first

/** Asks the worker, if it is in charge already, to keep the coming weeks; not where data are to be saved. */
const askToKeep = () => {
  if (navigator.connection?.saveData) return;
  navigator.serviceWorker.controller?.postMessage({ years: [...new Set(stars().values())] });
};

const begin = () =>
  navigator.serviceWorker.register(`${root.dataset.base}sw.js`).then(askToKeep, () => undefined);

/** Asks for the new state of a worker that the site does not have any more; that state removes it. */
const leave = () => navigator.serviceWorker.ready.then((registration) => registration.update()).catch(() => undefined);

/** Starts the worker on a site that has one, in browsers and at addresses that allow it. */
export const startOffline = () => {
  if (!("serviceWorker" in navigator)) return;
  if (!("offline" in root.dataset)) {
    if (navigator.serviceWorker.controller) leave();
    return;
  }
  const later = () => setTimeout(begin, LATER);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
  document.addEventListener("stars", askToKeep);
  navigator.serviceWorker.addEventListener("controllerchange", askToKeep); // a new worker begins with nothing
};
