// Dates in words, with hours: the start and the end as front matter writes moments.
import { dayMeanings } from "../search/daywords.js";
import { twoDigits } from "./values.js";

const FOUND_AS_DAY = ["day", "date", "near"];

/** A number in figures, or in words up to 99. */
const spokenNumber = (text, { digits, ten }) => {
  if (/^\d+$/.test(text)) return Number(text);
  const [tens, ones] = text.includes(ten) ? text.split(ten) : ["", text];
  const whole = text.includes(ten) ? 10 * (digits[tens] ?? 1) : 0;
  return whole + (digits[ones] ?? 0);
};

/** The time at the front of a text, and the rest of it; `usual` is the part of the day where the text names none. */
const timeIn = (text, dates, usual) => {
  const { time, later, noon, minutes: named } = dates;
  const found = time && new RegExp(`^[\\s,]*${time}`).exec(text);
  if (!found) return undefined;
  const { part = usual, hour, minute } = found.groups;
  const written = spokenNumber(hour, dates);
  const isLater = (later.includes(part) && written < 12) || (part === noon && written < 6);
  const hours = isLater ? written + 12 : written;
  const minutes = minute ? (named[minute] ?? Number(minute)) : 0;
  if (hours > 23 || minutes > 59) return undefined;
  return { time: `${twoDigits(hours)}:${twoDigits(minutes)}`, part, rest: text.slice(found[0].length) };
};

/** The day that a text names, and what follows its words. */
const dayIn = (text, today, dates) => {
  const iso = /(\d{4})[-./](\d{1,2})[-./](\d{1,2})/.exec(text);
  if (iso) {
    const [found, year, month, day] = iso;
    return { day: [year, twoDigits(month), twoDigits(day)].join("-"), rest: text.slice(iso.index + found.length) };
  }
  const meanings = dayMeanings(dates);
  for (const [kind, pattern] of dates.patterns ?? []) {
    const found = FOUND_AS_DAY.includes(kind) && new RegExp(pattern).exec(text);
    if (!found) continue;
    // A word such as tonight names a part of the day too, which stays.
    const end = found.index + found[0].length - (dates.later.includes(found[0].at(-1)) ? 1 : 0);
    return { day: meanings[kind](today, ...found.slice(1)), rest: text.slice(end) };
  }
  return undefined;
};

/** The start and the end that a text names; undefined where it names no day, `end` undefined where it names none. */
export const spanIn = (text, today, dates) => {
  const plain = text.normalize("NFKC");
  const found = dayIn(plain, today, dates);
  if (!found || found.day.length !== 10) return undefined;
  const rest = found.rest.replace(new RegExp(`^\\s*\\(?(?:${dates.weekday})\\)?`), "");
  const begin = timeIn(rest, dates);
  if (!begin) {
    const until = new RegExp(`^\\s*(?:${dates.until})+\\s*`).exec(rest);
    const last = until && dayIn(rest.slice(until[0].length), today, dates);
    return { start: found.day, end: last?.day.length === 10 ? last.day : undefined };
  }
  const until = new RegExp(`^\\s*(?:${dates.until})+\\s*`).exec(begin.rest);
  const end = until && timeIn(begin.rest.slice(until[0].length), dates, begin.part);
  return { start: `${found.day} ${begin.time}`, end: end ? `${found.day} ${end.time}` : undefined };
};
