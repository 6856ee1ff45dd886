// The events that have been loaded, with what every search asks of them worked out beforehand.
import { loadYear } from "../page/data.js";
import { FIELDS, PARAMETERS } from "./address.js";
import { otherNames, placeOf } from "./choices.js";
import { numberOf } from "./dates.js";
import { plain } from "./text.js";

const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);

/** All that an event is found by, in one folded text. Names are folded once, not for each event. */
const haystackOf = (event, keys) => {
  const own = plain([event.title, event.summary, event.place, ...listOf(event.words)].join(" \n "));
  const nameOf = (key, number) => otherNames.get(`${PARAMETERS[number]}/${key}`) ?? plain(key);
  return [own, ...keys.flatMap((ofOne, number) => ofOne.map((key) => nameOf(key, number)))].join(" \n ");
};

const datesOf = (event) =>
  event.dates.map((date) => ({
    ...date,
    from: date.starts.getTime(),
    until: date.ends.getTime(),
    firstDay: numberOf(date.first),
    lastDay: numberOf(date.last),
  }));

/**
 * `from` and `until` are times in milliseconds; `keys` are the event's keys by the number of their parameter, `places`
 * those of the keys' choices.
 */
const entryOf = (event) => {
  const keys = PARAMETERS.map((parameter) => listOf(event[FIELDS[parameter]]));
  const placesOf = (ofOne, number) => ofOne.map((key) => placeOf.get(`${PARAMETERS[number]}/${key}`));
  const places = keys.map((ofOne, number) => placesOf(ofOne, number).filter((place) => place !== undefined));
  const dates = datesOf(event);
  const until = Math.max(...dates.map((date) => date.until));
  return { event, dates, until, keys, places, haystack: haystackOf(event, keys) };
};

const byId = new Map();
const loading = new Map();
let entries = [];

/** Every entry, by its first date: lists nearly in order are sorted fast. It is the same list until a year is added. */
export const loadedEntries = () => entries;

export const isLoaded = (year) => loading.has(year);

const addYear = async (year) => {
  for (const event of await loadYear(year)) if (!byId.has(event.id)) byId.set(event.id, entryOf(event));
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
