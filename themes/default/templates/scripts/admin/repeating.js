// The days of a rule of repetition (RFC 5545, section 3.3.10), as the engine expands it with dateutil.
import { addDays, daysBetween, weekdayOf } from "../page/days.js";
import { Unreadable } from "./messages.js";

export const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const TEN_YEARS = 3653; // days
const WHOLE = "[+-]?\\d+";
const listOf = (entry) => new RegExp(`^${entry}(,${entry})*$`);
const FORMS = {
  FREQ: /^\w+$/,
  UNTIL: /^/, // read below
  COUNT: /^\+?\d+$/,
  INTERVAL: /^\+?\d+$/,
  BYDAY: listOf(`(${WHOLE})?(${DAYS.join("|")})`),
  BYMONTHDAY: listOf(WHOLE),
  BYMONTH: listOf(WHOLE),
  BYSETPOS: listOf(WHOLE),
  WKST: new RegExp(`^(${DAYS.join("|")})$`),
};

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

/** The last moment of a rule with UNTIL, as front matter writes moments. */
const untilOf = (until) => {
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?$/.exec(until);
  const [year, month, day, ...time] = found?.slice(1) ?? [];
  const date = `${year}-${month}-${day}`;
  const isReal = found && !Number.isNaN(Date.parse(date)) && addDays(date, 0) === date;
  if (!isReal) throw new Unreadable("until", { until });
  return `${date} ${time[0] ? time.join(":") : "23:59:59"}`;
};

/** The parts of a rule that ends. Throws Unreadable as the engine does. */
const checkedParts = (rule, start) => {
  const parts = partsOf(rule);
  if (Object.keys(parts).some((name) => !(name in FORMS)) || !FREQUENCIES.includes(parts.FREQ)) {
    throw new Unreadable("rule", { rule });
  }
  if ("UNTIL" in parts === "COUNT" in parts) throw new Unreadable("endless");
  const tooFar = `${addDays(start.slice(0, 10), TEN_YEARS)} ${start.slice(11) || "00:00"}`;
  if ("UNTIL" in parts && untilOf(parts.UNTIL) > tooFar) {
    throw new Unreadable("ten_years");
  }
  const isUnfit = ([name, value]) => !FORMS[name].test(value);
  if (Object.entries(parts).some(isUnfit) || Number(parts.INTERVAL ?? 1) < 1 || Number(parts.COUNT ?? 1) < 1) {
    throw new Unreadable("rule", { rule });
  }
  return parts;
};

const numbers = (text) => text?.split(",").map(Number);
const daysOfMonth = (day) => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();
const monthOf = (day) => Number(day.slice(5, 7));
const dateOf = (day) => Number(day.slice(8, 10));

/** The place of a day among those of its weekday in a span, from the front and from the back. */
const placesIn = (day, first, last) => [
  Math.floor(daysBetween(first, day) / 7) + 1,
  -(Math.floor(daysBetween(day, last) / 7) + 1),
];

const spanAround = (day, isYear) => {
  const [first, last] = isYear
    ? [`${day.slice(0, 4)}-01-01`, `${day.slice(0, 4)}-12-31`]
    : [`${day.slice(0, 7)}-01`, `${day.slice(0, 7)}-${daysOfMonth(day)}`];
  return [first, last];
};

/** A function that tells whether a day fits the BY… parts of a rule. */
const fitsOf = (parts, start) => {
  const { FREQ: frequency, BYDAY: byDay } = parts;
  let [months, monthDays] = [numbers(parts.BYMONTH), numbers(parts.BYMONTHDAY)];
  const named = (byDay?.split(",") ?? []).map((one) => [Number(one.slice(0, -2)), DAYS.indexOf(one.slice(-2))]);
  const hasPlaces = ["MONTHLY", "YEARLY"].includes(frequency);
  let plainDays = named.filter(([place]) => !place || !hasPlaces).map(([, day]) => day);
  const placed = named.filter(([place]) => place && hasPlaces);
  if (!byDay && !monthDays) {
    if (frequency === "YEARLY") months ??= [monthOf(start)];
    if (hasPlaces) monthDays = [dateOf(start)];
    if (frequency === "WEEKLY") plainDays = [weekdayOf(start)];
  }
  const isPlaced = (day) => {
    const places = placesIn(day, ...spanAround(day, frequency === "YEARLY" && !months));
    return placed.some(([place, weekday]) => weekday === weekdayOf(day) && places.includes(place));
  };
  return (day) =>
    (!months || months.includes(monthOf(day))) &&
    (!monthDays || monthDays.includes(dateOf(day)) || monthDays.includes(dateOf(day) - daysOfMonth(day) - 1)) &&
    (!plainDays.length || plainDays.includes(weekdayOf(day))) &&
    (!placed.length || isPlaced(day));
};

/** A function that numbers the period of a day: its day, week, month or year. */
const periodOf = ({ FREQ: frequency, WKST: weekStart = "MO" }, start) => {
  const first = DAYS.indexOf(weekStart);
  const weekOf = (day) => addDays(day, -((weekdayOf(day) - first + 7) % 7));
  return {
    DAILY: (day) => daysBetween(start, day),
    WEEKLY: (day) => daysBetween(weekOf(start), weekOf(day)) / 7,
    MONTHLY: (day) => (Number(day.slice(0, 4)) - Number(start.slice(0, 4))) * 12 + monthOf(day) - monthOf(start),
    YEARLY: (day) => Number(day.slice(0, 4)) - Number(start.slice(0, 4)),
  }[frequency];
};

/** The days of a period that BYSETPOS chooses. */
const chosen = (days, places) =>
  places ? days.filter((_, at) => places.includes(at + 1) || places.includes(at - days.length)) : days;

/** Every day of a rule in order; `most` and one more at most. Throws Unreadable for a faulty rule. */
export const daysOf = (rule, start, most) => {
  const parts = checkedParts(rule, start);
  const [first, time] = [start.slice(0, 10), start.slice(11)];
  const last = parts.UNTIL ? untilOf(parts.UNTIL) : `${addDays(first, TEN_YEARS)} ${time || "00:00"}`;
  const count = Math.min(Number(parts.COUNT ?? most + 1), most + 1);
  const [fits, period, interval] = [fitsOf(parts, first), periodOf(parts, first), Number(parts.INTERVAL ?? 1)];
  const found = [];
  let days = [];
  let current = 0;
  const finish = () => found.push(...chosen(days, numbers(parts.BYSETPOS)).filter((day) => day >= first));
  // Months and years are whole where BYSETPOS counts their days, weeks begin with the start.
  const from = { MONTHLY: `${first.slice(0, 7)}-01`, YEARLY: `${first.slice(0, 4)}-01-01` }[parts.FREQ] ?? first;
  const until = parts.BYSETPOS ? addDays(last.slice(0, 10), 366) : last.slice(0, 10);
  for (let day = from; day <= until && found.length < count; day = addDays(day, 1)) {
    if (period(day) !== current) {
      finish();
      [days, current] = [[], period(day)];
    }
    if (current % interval === 0 && fits(day)) days.push(day);
  }
  finish();
  return found.filter((day) => `${day} ${time || "00:00"}` <= last).slice(0, count);
};
