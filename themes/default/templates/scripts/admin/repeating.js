// The days of a rule of repetition (RFC 5545, section 3.3.10), checked and expanded as `content/recurrence.py` does it.
import { addDays, daysBetween, weekdayOf } from "../page/days.js";
import { Unreadable } from "./messages.js";

export const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const CHOOSING = ["BYDAY", "BYMONTHDAY", "BYMONTH"]; // one of them goes with BYSETPOS

/** The parts of a rule by name, in upper case. */
export const partsOf = (rule) =>
  Object.fromEntries(
    rule
      .toUpperCase()
      .replaceAll(" ", "")
      .split(";")
      .filter(Boolean)
      .map((part) => [part.split("=")[0], part.split("=").slice(1).join("=")]),
  );

const hasForm = (bounds, name, value) => new RegExp(`^(?:${bounds.parts[name]})$`).test(value);

/** A moment with its seconds, so that moments compare as texts do. A day is its first moment. */
const exact = (moment) => `${moment.slice(0, 10)} ${(moment.slice(11) || "00:00").padEnd(8, ":00")}`;

/** The moment after which no date of a repeat may begin. */
const farthest = (bounds, start) => exact(addDays(start.slice(0, 10), bounds.days) + start.slice(10));

/** The last moment of a rule with UNTIL; a date alone includes the whole day. */
const untilOf = (until) => {
  const [, year, month, day, ...time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?$/.exec(until) ?? [];
  const [date, clock] = [`${year}-${month}-${day}`, time[0] ? time.join(":") : "23:59:59"];
  const instant = new Date(`${date}T${clock}Z`);
  const isReal = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${date}T${clock}`);
  if (!isReal || Number(year) < 1) throw new Unreadable("until", { until });
  return `${date} ${clock}`;
};

/** Whether a part has a value that it may have in a rule with these other parts. */
const isFit = (bounds, name, value, parts) => {
  if (!hasForm(bounds, name, value)) return false;
  if (name === "BYDAY" && /\d/.test(value)) return ["MONTHLY", "YEARLY"].includes(parts.FREQ);
  if (name === "BYMONTHDAY") return parts.FREQ !== "WEEKLY";
  return name !== "BYSETPOS" || CHOOSING.some((one) => one in parts);
};

const checkedParts = (bounds, rule, start) => {
  const parts = partsOf(rule);
  const [names, signs] = [Object.keys(parts), [...rule]];
  const isRule = "FREQ" in parts && hasForm(bounds, "FREQ", parts.FREQ) && names.every((name) => name in bounds.parts);
  if (!isRule || signs.length > bounds.characters) {
    throw new Unreadable("rule", { rule: signs.slice(0, bounds.characters).join("") });
  }
  if (names.length < rule.split(";").filter((part) => part.trim()).length) {
    throw new Unreadable("part_twice", { hint: "rule_hint" });
  }
  if ("UNTIL" in parts === "COUNT" in parts) throw new Unreadable("endless");
  if ("UNTIL" in parts && untilOf(parts.UNTIL) > farthest(bounds, start)) throw new Unreadable("ten_years");
  const wrong = names.find((name) => !isFit(bounds, name, parts[name], parts));
  if (wrong) throw new Unreadable("no_part", { part: `${wrong}=${parts[wrong]}`, hint: "rule_hint" });
  return parts;
};

const numbers = (text) => text?.split(",").map(Number);
const monthOf = (day) => Number(day.slice(5, 7));
const dateOf = (day) => Number(day.slice(8, 10));

/** The first day of the month that is `count` months after that of a day. */
const monthsLater = (day, count) =>
  new Date(Date.UTC(Number(day.slice(0, 4)), monthOf(day) - 1 + count)).toISOString().slice(0, 10);
const daysOfMonth = (day) => daysBetween(monthsLater(day, 0), monthsLater(day, 1));

/** The places of a day among those of its weekday in a month or a year, from the front and from the back. */
const placesIn = (first, day, last) => [
  Math.floor(daysBetween(first, day) / 7) + 1,
  -(Math.floor(daysBetween(day, last) / 7) + 1),
];

/** A function that tells whether a day is one of the rule: a part that is missing follows from the start. */
const dayTest = (parts, start) => {
  const { FREQ: frequency, BYDAY: byDay } = parts;
  let [months, monthDays] = [numbers(parts.BYMONTH), numbers(parts.BYMONTHDAY)];
  let weekdays = byDay?.split(",").map((one) => [Number(one.slice(0, -2)), DAYS.indexOf(one.slice(-2))]);
  if (!monthDays && !weekdays) {
    if (frequency === "WEEKLY") weekdays = [[0, weekdayOf(start)]];
    else if (frequency !== "DAILY") monthDays = [dateOf(start)];
    if (frequency === "YEARLY") months ??= [monthOf(start)];
  }
  const isInYear = frequency === "YEARLY" && !("BYMONTH" in parts);
  return (day) => {
    if (months && !months.includes(monthOf(day))) return false;
    const [date, length] = [dateOf(day), daysOfMonth(day)];
    if (monthDays && !monthDays.includes(date) && !monthDays.includes(date - length - 1)) return false;
    if (!weekdays) return true;
    const [year, month] = [day.slice(0, 4), day.slice(0, 7)];
    const span = isInYear ? [`${year}-01-01`, day, `${year}-12-31`] : [`${month}-01`, day, `${month}-${length}`];
    const places = [0, ...placesIn(...span)];
    return weekdays.some(([place, weekday]) => weekday === weekdayOf(day) && places.includes(place));
  };
};

const STEPS = {
  DAILY: addDays,
  WEEKLY: (day, count) => addDays(day, 7 * count),
  MONTHLY: monthsLater,
  YEARLY: (day, count) => monthsLater(day, 12 * count),
};

/** The first day of every period of the frequency, and the day after its last. */
const periods = function* ({ FREQ: frequency, INTERVAL: interval = "1", WKST: weekStart = "MO" }, start, last) {
  const begin = {
    DAILY: start,
    WEEKLY: addDays(start, -((weekdayOf(start) - DAYS.indexOf(weekStart) + 7) % 7)),
    MONTHLY: `${start.slice(0, 7)}-01`,
    YEARLY: `${start.slice(0, 4)}-01-01`,
  }[frequency];
  const step = STEPS[frequency];
  for (let day = begin; day <= last; day = step(day, Number(interval))) yield [day, step(day, 1)];
};

/** The days of a period that fit, or those among them that BYSETPOS chooses. */
const chosen = ([first, end], fits, places) => {
  const days = Array.from({ length: daysBetween(first, end) }, (_, at) => addDays(first, at)).filter(fits);
  return places ? days.filter((_, at) => places.includes(at + 1) || places.includes(at - days.length)) : days;
};

/**
 * Every day of a rule in order, the last one included. `bounds` are those of the form's `repeats`. Throws Unreadable
 * for a faulty rule, and if there are no days, too many, or if COUNT is not reached within ten years.
 */
export const daysOf = (bounds, rule, start) => {
  const parts = checkedParts(bounds, rule, start);
  const last = "UNTIL" in parts ? untilOf(parts.UNTIL) : farthest(bounds, start);
  const [fits, places, count] = [dayTest(parts, start.slice(0, 10)), numbers(parts.BYSETPOS), Number(parts.COUNT ?? 0)];
  const most = Math.min(count || bounds.dates + 1, bounds.dates + 1);
  const isWithin = (day) => day >= start.slice(0, 10) && exact(day + start.slice(10)) <= last;
  const found = [];
  for (const period of periods(parts, start.slice(0, 10), last.slice(0, 10))) {
    found.push(...chosen(period, fits, places).filter(isWithin));
    if (found.length >= most) break;
  }
  if (Math.min(found.length, most) > bounds.dates) throw new Unreadable("too_many", { most: bounds.dates });
  if (!found.length) throw new Unreadable("unfit", { hint: "rule_hint" });
  if (found.length < count) throw new Unreadable("ten_years", { hint: "smaller_count" });
  return found.slice(0, most);
};
