// Choices of dates, and the date of an event that fits them.
import { addDays, weekdayOf, weekendOf } from "../page/days.js";

const ALL_PARTS = ["morning", "afternoon", "evening"];

/** A day as a number: numbers are compared faster than texts. */
export const numberOf = (day) => Number(day.replaceAll("-", ""));

/**
 * First and last day of a choice: "today", "tomorrow", "weekend", "next-weekend", "week", "month", a month, a day, or
 * two days with ".." between; undefined for others.
 */
export const spanOf = (date, today) => {
  const named = {
    today: () => [today, today],
    tomorrow: () => [addDays(today, 1), addDays(today, 1)],
    weekend: () => weekendOf(today),
    "next-weekend": () => weekendOf(addDays(today, 7)),
    week: () => [today, addDays(today, 6)],
    month: () => [today, `${today.slice(0, 7)}-31`],
  };
  if (Object.hasOwn(named, date)) return named[date]();
  if (/^\d{4}-\d{2}$/.test(date)) return [`${date}-01`, `${date}-31`];
  const days = date.split("..");
  return days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) ? [days[0], days.at(-1)] : undefined;
};

/** The weekdays of a date, as texts from "0" for Monday, and the parts of the day in which it is on. */
export const hoursOf = ({ first, last, allDay, startText, endText }) => {
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((after) => addDays(first, after)).filter((day) => day <= last);
  const [from, until] = [startText.slice(11, 16), endText.slice(11, 16)];
  const on = {
    morning: from < "12:00",
    afternoon: from < "18:00" && (until > "12:00" || from >= "12:00"),
    evening: until > "18:00" || from >= "18:00",
  };
  const parts = allDay || last > first ? ALL_PARTS : ALL_PARTS.filter((part) => on[part]);
  return { weekdays: weekdays.map((day) => String(weekdayOf(day))), parts };
};

/** A function that says whether a date fits the chosen days, weekdays and parts of the day. */
export const fitsOf = (state, today) => {
  const days = spanOf(state.date, today)?.map(numberOf);
  const { weekday, part } = state;
  return (date) =>
    (!days || (date.firstDay <= days[1] && date.lastDay >= days[0])) &&
    (!weekday.size || date.weekdays.some((one) => weekday.has(one))) &&
    (!part.size || date.parts.some((one) => part.has(one)));
};

/** The date of an entry to show: the next that `fits`, or the last where `past` dates are asked for. */
export const shownDate = ({ dates, until }, past, now, fits) => {
  if (until <= now && !past) return undefined;
  let last;
  for (const date of dates) {
    if (!fits(date)) continue;
    if (date.until > now) return date;
    last = date;
  }
  return past ? last : undefined;
};
