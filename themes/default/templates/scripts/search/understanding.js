// What people mean by the words that they type: dates in words, and names written without blanks between them.
import { addDays, weekdayOf, weekendOf } from "../page/days.js";
import { names } from "./choices.js";
import { spanOf } from "./dates.js";
import { settings } from "./settings.js";
import { plain } from "./text.js";

const { holidays, dates } = settings;
const patterns = dates.patterns.map(([kind, pattern]) => [kind, new RegExp(pattern)]);
const particles = dates.particle && new RegExp(`${dates.particle}?\\s+${dates.particle}?`, "g");
const festival = dates.festival && new RegExp(dates.festival);
const two = (number) => number.padStart(2, "0");

/** The Monday of this week or a later one. */
const mondayOf = (today, which) => addDays(today, 7 * (dates.weeks[which] ?? 0) - weekdayOf(today));
const weekdayIn = (letter) => Math.min(dates.weekdays.indexOf(letter), 6);

const laterMonth = (today, count) => {
  const [year, month] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + count)).toISOString().slice(0, 7);
};

/** A day or a month by its numbers; without a year the next one. */
const comingDay = (today, year, month, day) => {
  const short = two(month) + (day ? `-${two(day)}` : "");
  const thisYear = Number(today.slice(0, 4));
  return `${year ?? (short < today.slice(5, 5 + short.length) ? thisYear + 1 : thisYear)}-${short}`;
};

/** What a pattern has found, by its kind, as a part of a state. */
const MEANINGS = {
  weekend: (today, which) => ({ date: weekendOf(mondayOf(today, which)).join("..") }),
  day: (today, which, letter) => ({ date: addDays(mondayOf(today, which), weekdayIn(letter)) }),
  weekday: (_, letter) => ({ weekday: String(weekdayIn(letter)) }),
  week: (today, which) => ({ date: `${mondayOf(today, which)}..${addDays(mondayOf(today, which), 6)}` }),
  month: (today, which) => ({ date: laterMonth(today, dates.weeks[which] ?? 0) }),
  date: (today, year, month, day) => ({ date: comingDay(today, year, month, day) }),
  near: (today, which) => ({ date: addDays(today, dates.near[which]) }),
  morning: () => ({ part: "morning" }),
  afternoon: () => ({ part: "afternoon" }),
  evening: () => ({ part: "evening" }),
};

/** The next days of a holiday that a text names; its name may lack the ending. */
const holidayIn = (text, today) => {
  for (const [name, first, last] of holidays) {
    const short = festival ? name.replace(festival, "") : name;
    const found = [name, short].find((called) => text.includes(called));
    if (found && last >= today) return { found, date: `${first}..${last}` };
  }
  return undefined;
};

/** A text with blanks around the names of facets and flags in it. */
const separated = (word) => {
  let text = "";
  for (let at = 0; at < word.length;) {
    const name = names.find((one) => word.startsWith(one, at));
    text += name ? ` ${name} ` : word[at];
    at += name?.length ?? 1;
  }
  return particles && text.includes(" ") ? text.replace(particles, " ") : text;
};

/**
 * The state with what its words say of dates as choices, and with the other words apart. Days in the past ask for past
 * events.
 */
export const understood = (state, today) => {
  let words = plain(state.words);
  const meant = {};
  const holiday = holidayIn(words, today);
  if (holiday) {
    meant.date = holiday.date;
    words = words.replace(holiday.found, " ");
  }
  for (const [kind, pattern] of patterns) {
    const found = pattern.exec(words);
    if (!found) continue;
    Object.assign(meant, MEANINGS[kind](today, ...found.slice(1)));
    words = words.replace(found[0], " ");
  }
  const date = state.date || (meant.date ?? "");
  const list = (parameter) => (meant[parameter] ? new Set([...state[parameter], meant[parameter]]) : state[parameter]);
  return {
    ...state,
    words: words.split(/\s+/).map(separated).join(" ").trim(),
    date,
    past: state.past || spanOf(date, today)?.[1] < today,
    weekday: list("weekday"),
    part: list("part"),
  };
};

const escaped = (letter) => letter.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");

/** A pattern of a word with one character wrong, missing or too many; words of fewer than three stay as they are. */
export const nearly = (word) => {
  const letters = [...word].map(escaped);
  if (letters.length < 3) return new RegExp(letters.join(""), "u");
  const variants = letters.flatMap((_, at) => {
    const [before, after] = [letters.slice(0, at).join(""), letters.slice(at + 1).join("")];
    return [`${before}.${after}`, before + after, `${before}.${letters[at]}${after}`];
  });
  return new RegExp(variants.join("|"), "u");
};
