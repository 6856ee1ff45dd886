// The list in a frame: hides what is over by the visitor's clock, and tells the page around it its height.

const LONGEST_WAIT = 3600 * 1000; // milliseconds: timers of sleeping phones cannot be trusted for longer
const HEIGHT = "almanac-height";

const isOver = (text, now) => new Date(text) <= now;

/** Turns an item to its next date, or hides it when all of them are over. */
const update = (item, now) => {
  item.hidden = isOver(item.dataset.until, now);
  if (item.hidden || !isOver(item.dataset.ends, now)) return;
  const next = [...item.querySelectorAll("ul time")].find((time) => !isOver(time.dataset.ends, now));
  if (!next) return;
  const shown = item.querySelector(":scope > p > time");
  item.dataset.ends = next.dataset.ends;
  shown.dateTime = next.dateTime;
  shown.textContent = next.textContent;
};

const refresh = () => {
  const now = new Date();
  const items = [...document.querySelectorAll(".item")];
  for (const item of items) update(item, now);
  document.querySelector(".nothing").hidden = items.some((item) => !item.hidden);
  const ends = items.map((item) => new Date(item.dataset.ends) - now).filter((wait) => wait > 0);
  setTimeout(refresh, Math.min(LONGEST_WAIT, ...ends));
};

// The page around may be anybody's, so it is told a number and nothing else.
const tell = () =>
  parent.postMessage({ type: HEIGHT, height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");

refresh();
if (parent !== window) {
  new ResizeObserver(tell).observe(document.body);
  addEventListener("message", ({ data, source }) => source === parent && data?.type === HEIGHT && tell());
}
