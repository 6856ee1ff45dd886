// Days of the site's time zone, as texts of the form yyyy-mm-dd.
import { root } from "./dom.js";

const dayFormat = new Intl.DateTimeFormat("en-CA", {
  timeZone: root.dataset.zone,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
const AN_HOUR = 3600 * 1000; // milliseconds
export const A_DAY = 24 * AN_HOUR;
const utc = (day) => Date.parse(`${day}T00:00:00Z`);

/** The day of a moment. */
export const dayOf = (moment) => dayFormat.format(moment);

/** The day `count` days after `day`. */
export const addDays = (day, count) => new Date(utc(day) + count * A_DAY).toISOString().slice(0, 10);

/** The number of days from `first` to `last`. */
export const daysBetween = (first, last) => Math.round((utc(last) - utc(first)) / A_DAY);

/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (day) => (new Date(utc(day)).getUTCDay() + 6) % 7;

/** The Saturday and the Sunday of the week of a day. */
export const weekendOf = (day) => [addDays(day, 5 - weekdayOf(day)), addDays(day, 6 - weekdayOf(day))];

/** First and last day of the near days by which people look for events, by the key of their choice. */
export const nearSpans = (today) => ({
  today: [today, today],
  tomorrow: [addDays(today, 1), addDays(today, 1)],
  weekend: weekendOf(today),
  "next-weekend": weekendOf(addDays(today, 7)),
});

/** The time in milliseconds at which the next day begins, within a second. */
export const midnightAfter = (moment) => {
  const tomorrow = addDays(dayOf(moment), 1);
  let low = moment.getTime();
  let high = low + 27 * AN_HOUR; // a day has 25 hours at most, where clocks go back
  while (high - low > 1000) {
    const middle = (low + high) / 2;
    if (dayOf(middle) < tomorrow) low = middle;
    else high = middle;
  }
  return high;
};
