// The events of a year, from the data of the search page.
import { addDays } from "./days.js";
import { root } from "./dom.js";
import { momentOf } from "./states.js";

const isMidnight = (text) => text.slice(11, 19) === "00:00:00";

/**
 * One date of an event: `starts` and `ends` as moments, `first` and `last` as days, `text` in words, `startText` and
 * `endText` as the data has them. These are in the site's time zone, so each begins with its day; a date that ends at
 * midnight has its last day before.
 */
const dateOf = ([startText, endText, text, status]) => {
  const [first, last] = [startText.slice(0, 10), endText.slice(0, 10)];
  const endsAtMidnight = last > first && isMidnight(endText);
  return {
    starts: new Date(startText),
    ends: new Date(endText),
    first,
    last: endsAtMidnight ? addDays(last, -1) : last,
    allDay: endsAtMidnight && isMidnight(startText),
    text,
    status,
    startText,
    endText,
  };
};

const eventOf = (event) => ({
  ...event,
  dates: event.dates.map(dateOf),
  opens: momentOf(event.opens),
  deadline: momentOf(event.deadline),
  opensText: event.opens,
  deadlineText: event.deadline,
});

/** The events that have a date in a year. Throws where the data cannot be loaded. */
export const loadYear = async (year) => {
  const answer = await fetch(`${root.dataset.base}search/${year}.json`);
  if (!answer.ok) throw new Error(String(answer.status));
  const { events } = await answer.json();
  return events.map(eventOf);
};
