// Choices of dates, and the date of an event that fits one.
import { addDays, weekendOf } from "../page/days.js";

/** A day as a number: numbers are compared faster than texts. */
export const numberOf = (day) => Number(day.replaceAll("-", ""));

/** First and last day, as numbers, of a choice: "today", "weekend", "week", "month" or yyyy-mm; null for others. */
export const daysOfChoice = (date, today) => {
  if (date === "today") return [today, today].map(numberOf);
  if (date === "weekend") return weekendOf(today).map(numberOf);
  if (date === "week") return [today, addDays(today, 6)].map(numberOf);
  if (date === "month") return [today, `${today.slice(0, 7)}-31`].map(numberOf);
  return /^\d{4}-\d{2}$/.test(date) ? [`${date}-01`, `${date}-31`].map(numberOf) : null;
};

/** The date of an entry to show within `days`: the next that fits, or the last where `past` dates are asked for. */
export const shownDate = ({ dates, until }, past, now, days) => {
  if (until <= now && !past) return undefined;
  let last;
  for (const date of dates) {
    if (days && (date.firstDay > days[1] || date.lastDay < days[0])) continue;
    if (date.until > now) return date;
    last = date;
  }
  return past ? last : undefined;
};
