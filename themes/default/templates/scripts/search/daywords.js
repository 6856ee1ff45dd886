// Days that people name in words, such as those of next week. The patterns of a language find the words.
import { addDays, weekdayOf, weekendOf } from "../page/days.js";

const two = (number) => number.padStart(2, "0");

/** A day or a month by its numbers; without a year the next one. */
const comingDay = (today, year, month, day) => {
  const short = two(month) + (day ? `-${two(day)}` : "");
  const thisYear = Number(today.slice(0, 4));
  return `${year ?? (short < today.slice(5, 5 + short.length) ? thisYear + 1 : thisYear)}-${short}`;
};

/** What the patterns of a language find, by their kind: functions of today and of the groups of the pattern. */
export const dayMeanings = (dates) => {
  const mondayOf = (today, which) => addDays(today, 7 * (dates.weeks[which] ?? 0) - weekdayOf(today));
  const weekdayIn = (letter) => Math.min(dates.weekdays.indexOf(letter), 6);
  return {
    weekend: (today, which) => weekendOf(mondayOf(today, which)).join(".."),
    week: (today, which) => `${mondayOf(today, which)}..${addDays(mondayOf(today, which), 6)}`,
    day: (today, which, letter) => addDays(mondayOf(today, which), weekdayIn(letter)),
    weekday: (_, letter) => String(weekdayIn(letter)),
    date: comingDay,
    near: (today, which) => addDays(today, dates.near[which]),
  };
};
