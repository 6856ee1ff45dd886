// The strip of days on phones follows the page: it marks the day that is being read and keeps it in sight.
import { all } from "./dom.js";

const READ_AT = "-20% 0px -80% 0px"; // a line near the top of the screen

const markDay = (strip, day) => {
  for (const link of all("[aria-current='location']", strip)) link.removeAttribute("aria-current");
  const link = strip.querySelector(`[href="#d-${day}"]`);
  const list = strip.querySelector("ul");
  link.setAttribute("aria-current", "location");
  list.scrollTo({ left: link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
};

export const startStrip = () => {
  const strip = document.querySelector(".strip");
  if (!strip) return;
  const line = new IntersectionObserver(
    (changes) => {
      const read = changes.find((change) => change.isIntersecting);
      if (read) markDay(strip, read.target.dataset.key);
    },
    { rootMargin: READ_AT },
  );
  for (const day of all(".agenda .day[data-key]")) line.observe(day);
};
