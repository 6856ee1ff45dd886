// What people mean by the words that they type: dates in words, and names written without blanks between them.
import { names } from "./choices.js";
import { spanOf } from "./dates.js";
import { dayMeanings } from "./daywords.js";
import { settings } from "./settings.js";
import { plain } from "./text.js";

const { holidays, dates } = settings;
const patterns = dates.patterns.map(([kind, pattern]) => [kind, new RegExp(pattern)]);
const particles = dates.particle && new RegExp(`${dates.particle}?\\s+${dates.particle}?`, "g");
const festival = dates.festival && new RegExp(dates.festival);

const laterMonth = (today, count) => {
  const [year, month] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + count)).toISOString().slice(0, 7);
};

/** What a pattern has found, by its kind, as a part of a state. */
const days = dayMeanings(dates);
const asDate = (meaning) => (...found) => ({ date: meaning(...found) });
const MEANINGS = {
  weekend: asDate(days.weekend),
  day: asDate(days.day),
  weekday: (...found) => ({ weekday: days.weekday(...found) }),
  week: asDate(days.week),
  month: (today, which) => ({ date: laterMonth(today, dates.weeks[which] ?? 0) }),
  date: asDate(days.date),
  near: asDate(days.near),
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

const LONGEST_WORD = 30; // characters: a pattern grows by the square of them

/** A pattern of a word with one character wrong, missing or too many; words that are short or long stay as they are. */
export const nearly = (word) => {
  const letters = [...word].map(escaped);
  if (letters.length < 3 || letters.length > LONGEST_WORD) return new RegExp(letters.join(""), "u");
  const variants = letters.flatMap((_, at) => {
    const [before, after] = [letters.slice(0, at).join(""), letters.slice(at + 1).join("")];
    return [`${before}.${after}`, before + after, `${before}.${letters[at]}${after}`];
  });
  return new RegExp(variants.join("|"), "u");
};
