// Days and dates of events in the words of the page's language.
import { weekdayOf } from "../page/days.js";
import { root } from "../page/dom.js";
import { words } from "../page/words.js";

const dayOfMonth = { timeZone: "UTC", month: "long", day: "numeric" };
const shortDayFormat = new Intl.DateTimeFormat(root.lang, dayOfMonth);
const weekdayFormat = new Intl.DateTimeFormat(root.lang, { ...dayOfMonth, weekday: "short" });
const clockFormat = new Intl.DateTimeFormat(root.lang, {
  timeZone: root.dataset.zone,
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** A message with its values. */
export const fill = (pattern, values) =>
  pattern.replaceAll(/\{(\w+)\}/g, (found, name) => String(values[name] ?? found));

/** The parts of a line that there are. */
export const joined = (parts) => parts.filter(Boolean).join(" · ");

const midnight = (day) => new Date(`${day}T00:00:00Z`);

/** The day without its year: "December 5". */
export const shortDay = (day) => shortDayFormat.format(midnight(day));

/** From one day to another: "December 5—December 8". */
export const shortSpan = (first, last) => fill(words.span, { first: shortDay(first), last: shortDay(last) });

export const weekdayName = (day) => words.weekdays[weekdayOf(day)];

/** "Sat, December 5" in the language of the page. */
export const dayWithWeekday = (day) => weekdayFormat.format(midnight(day));

/** The time of day in the zone of the site: "09:05". */
export const clockText = (moment) => clockFormat.format(moment);

/** How the dates of an event repeat, in words; empty for one that does not. */
export const repeatText = (date) => {
  const { repeats } = date.event;
  if (repeats === "daily") return words.daily;
  return repeats === "weekly" ? fill(words.weekly, { weekday: weekdayName(date.first) }) : "";
};

/** The word for a status other than "as planned". */
export const statusText = (date) => words[date.status] ?? "";

/** The hours of a date that lasts several days say until when. */
export const hoursText = (date) =>
  date.last > date.first ? `${date.allDay ? "" : date.begins} ${fill(words.until, { day: shortDay(date.last) })}`.trim()
    : date.hours;
