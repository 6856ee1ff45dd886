// The events that have been loaded, with what every search asks of them worked out beforehand.
import { loadYear } from "../page/data.js";
import { FLAGS, PARAMETERS } from "./address.js";
import { choices, otherNames, pinyinNames, placeOf } from "./choices.js";
import { hoursOf, numberOf } from "./dates.js";
import { plain } from "./text.js";

const MOST_AT_ONCE = 10; // milliseconds of work, after which a key or a touch is answered

const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const boundsOf = (ages) => [parseInt(ages, 10), Number(ages.split("-")[1] ?? Infinity)];
const AGES = choices.filter(({ parameter }) => parameter === "age").map(({ key }) => key);

/** The choices of ages with which an event's ages, such as "6-12" or "6+", overlap. */
const agesOf = ({ ages }) => {
  if (!ages) return [];
  const [first, last] = boundsOf(ages);
  return AGES.filter((key) => first <= boundsOf(key)[1] && boundsOf(key)[0] <= last);
};

/** The keys of an event by parameter. */
const KEYS = {
  district: (event) => event.district,
  audience: (event) => event.audiences,
  age: agesOf,
  form: (event) => event.form,
  theme: (event) => event.themes,
  programme: (event) => event.programme,
  organiser: (event) => event.organisers,
};

/** All that an event is found by, in one folded text. Names are folded once, not for each event. */
const haystackOf = (event, stems) => {
  const own = plain([event.title, event.summary, event.place, ...listOf(event.words)].join(" \n "));
  return [own, ...stems.map((stem) => otherNames.get(stem) ?? plain(stem))].join(" \n ");
};

/** The syllables of an event's texts, first joined, then their first letters. */
const pinyinOf = (event, stems) => {
  const syllables = [event.pinyin, ...stems.map((stem) => pinyinNames.get(stem))].filter(Boolean).join(" \n ");
  return `${syllables.replaceAll(" ", "")} \n ${syllables.replace(/(\w)\w* ?/g, "$1")}`;
};

const datesOf = (event) =>
  event.dates.map((date) => ({
    ...date,
    from: date.starts.getTime(),
    until: date.ends.getTime(),
    firstDay: numberOf(date.first),
    lastDay: numberOf(date.last),
    ...hoursOf(date),
  }));

/**
 * `from` and `until` are times in milliseconds; `keys` are the event's keys by the number of their parameter, `places`
 * those of the keys' choices.
 */
const entryOf = (event) => {
  const keys = PARAMETERS.map((parameter) => listOf(KEYS[parameter](event)));
  const stemsOf = (ofOne, number) => ofOne.map((key) => `${PARAMETERS[number]}/${key}`);
  const stems = [...keys.flatMap(stemsOf), ...FLAGS.filter((flag) => event[flag]).map((flag) => `${flag}/1`)];
  const placesOf = (ofOne, number) => ofOne.map((key) => placeOf.get(`${PARAMETERS[number]}/${key}`));
  const places = keys.map((ofOne, number) => placesOf(ofOne, number).filter((place) => place !== undefined));
  const dates = datesOf(event);
  const until = Math.max(...dates.map((date) => date.until));
  return { event, dates, until, keys, places, haystack: haystackOf(event, stems), pinyin: pinyinOf(event, stems) };
};

const byId = new Map();
const loading = new Map();
let entries = [];

/** Every entry, by its first date: lists nearly in order are sorted fast. It is the same list until a year is added. */
export const loadedEntries = () => entries;

export const isLoaded = (year) => loading.has(year);

const rest = () => new Promise((resolve) => setTimeout(resolve));

const addYear = async (year) => {
  const events = await loadYear(year);
  let began = performance.now();
  for (const event of events) {
    if (performance.now() - began > MOST_AT_ONCE) {
      await rest();
      began = performance.now();
    }
    if (!byId.has(event.id)) byId.set(event.id, entryOf(event));
  }
  entries = [...byId.values()].sort((one, other) => one.dates[0].from - other.dates[0].from);
};

/** Loads the data of a year, once; a failed attempt can be made again. */
export const load = (year) => {
  if (!loading.has(year)) {
    const added = addYear(year);
    added.catch(() => loading.delete(year));
    loading.set(year, added);
  }
  return loading.get(year);
};
