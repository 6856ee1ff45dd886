// Choices of dates, and the date of an event that fits them.
import { addDays, nearSpans, weekdayOf } from "../page/days.js";
import { isCalledOff } from "../page/states.js";
import { TIMES } from "./address.js";

const ALL_PARTS = ["morning", "afternoon", "evening"];
const AN_HOUR = 3600 * 1000; // milliseconds
const HALF_A_DAY = 5; // hours

/** A day as a number: numbers are compared faster than texts. */
export const numberOf = (day) => Number(day.replaceAll("-", ""));

/**
 * First and last day of a choice: "today", "tomorrow", "weekend", "next-weekend", "week", "month", a month, a day, or
 * two days with ".." between; undefined for others.
 */
export const spanOf = (date, today) => {
  const named = {
    ...nearSpans(today),
    week: [today, addDays(today, 6)],
    month: [today, `${today.slice(0, 7)}-31`],
  };
  if (Object.hasOwn(named, date)) return named[date];
  if (/^\d{4}-\d{2}$/.test(date)) return [`${date}-01`, `${date}-31`];
  const days = date.split("..");
  return days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) ? [days[0], days.at(-1)] : undefined;
};

/** The choice of lengths into which a date falls, as a list: empty where the end is not known. */
const lengthOf = ({ starts, ends, first, last, allDay }) => {
  const hours = (ends - starts) / AN_HOUR;
  if (hours === 0) return [];
  if (allDay || last > first || hours > HALF_A_DAY) return ["day"];
  return [hours < 1 ? "short" : hours <= 2 ? "two" : "half"];
};

/**
 * The keys of a date by the parameters of `TIMES`: its weekdays, as texts from "0" for Monday, the parts of the day in
 * which it is on, and its length.
 */
export const hoursOf = (one) => {
  const { first, last, allDay, startText, endText } = one;
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((after) => addDays(first, after)).filter((day) => day <= last);
  const [from, until] = [startText.slice(11, 16), endText.slice(11, 16)];
  const on = {
    morning: from < "12:00",
    afternoon: from < "18:00" && (until > "12:00" || from >= "12:00"),
    evening: until > "18:00" || from >= "18:00",
  };
  const part = allDay || last > first ? ALL_PARTS : ALL_PARTS.filter((name) => on[name]);
  return { weekday: weekdays.map((day) => String(weekdayOf(day))), part, length: lengthOf(one) };
};

/** A function that says whether a date fits the chosen days and times. */
export const fitsOf = (state, today) => {
  const days = spanOf(state.date, today)?.map(numberOf);
  const times = TIMES.filter((parameter) => state[parameter].size);
  return (date) =>
    (!days || (date.firstDay <= days[1] && date.lastDay >= days[0])) &&
    times.every((parameter) => date[parameter].some((key) => state[parameter].has(key)));
};

/**
 * The date of an entry to show: the next that `fits`, or the last where `past` dates are asked for. One that is called
 * off is shown only where there is no other.
 */
export const shownDate = ({ dates, until }, past, now, fits) => {
  if (until <= now && !past) return undefined;
  let last, off;
  for (const date of dates) {
    if (!fits(date)) continue;
    if (isCalledOff(date.status)) off ??= date.until > now || past ? date : undefined;
    else if (date.until > now) return date;
    else last = date;
  }
  return (past ? last : undefined) ?? off;
};

/** Whether a visitor could still go or have gone to a date: nobody can choose what is called off. */
export const isOffer = (date) => date !== undefined && !isCalledOff(date.status);
