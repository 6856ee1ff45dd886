// The numbers of the filter bar outside the search.
import { addDays, nearSpans } from "./days.js";
import { all } from "./dom.js";

/** The number of events on a day, or on a Saturday or its Sunday, out of the numbers of days. */
const numberOn = (days, first, last) => days[first]?.[first === last ? 0 : 1] ?? 0;

const countDates = (list, until, today) => {
  const days = JSON.parse(list.dataset.days);
  for (const [key, [first, last]] of Object.entries(nearSpans(today))) {
    const link = list.querySelector(`[data-key="${key}"]`);
    const count = link.querySelector(".count");
    const number = last > until ? "" : numberOn(days, first < today ? last : first, last);
    count.hidden = false;
    count.textContent = number;
    link.parentElement.hidden = number === 0;
  }
};

/** Shows how many events the near days have, by the clock, and hides the other numbers once they are days old. */
export const showCounts = (today) => {
  for (const bar of all("[data-counted]")) {
    const { counted, until } = bar.dataset;
    for (const count of all(".count", bar)) count.hidden = today > addDays(counted, 1);
    countDates(bar.querySelector("[data-days]"), until, today);
  }
};
