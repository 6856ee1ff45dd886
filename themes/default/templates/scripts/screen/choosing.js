// Which dates a screen shows: each event once, and what happens once before what happens every day or week.
import { isCalledOff } from "../page/states.js";

const RARITY = { "": 0, sessions: 1, weekly: 2, daily: 3 };
const LEVELS = ["city", "key", "regular"];

/** A date of several days is there as often as one that repeats daily. */
const rarity = (date) => (date.last > date.first ? RARITY.daily : RARITY[date.event.repeats ?? ""]);
const rank = (date) => [rarity(date), isCalledOff(date.status) ? 1 : 0, LEVELS.indexOf(date.event.level)];

const compare = (one, other) => {
  const [first, second] = [rank(one), rank(other)];
  const place = first.findIndex((value, index) => value !== second[index]);
  return place < 0 ? one.starts - other.starts : first[place] - second[place];
};

/** The first date of each event, and the first that is called off. */
const onceEach = (dates) => {
  const met = { true: new Set(), false: new Set() };
  return dates.filter(({ event, status }) => {
    const same = met[isCalledOff(status)];
    return !same.has(event) && same.add(event);
  });
};

/** Whether a date does not happen every day: it may fill a slide of its own. */
export const isRare = (date) => rarity(date) < RARITY.daily;

/** The dates that run now, rare ones first. */
export const running = (dates, now) =>
  onceEach(dates.filter((date) => date.starts <= now && now < date.ends && !isCalledOff(date.status))).sort(compare);

/** The next date to begin that is rare, of the highest level where several begin together. */
export const nextDate = (dates, now) => {
  const ahead = dates.filter((date) => date.starts > now && !isCalledOff(date.status) && isRare(date));
  return ahead.filter((date) => date.starts - ahead[0].starts === 0).sort(compare)[0];
};

/**
 * The dates on some days that are not over: each event once, at most `most`. The rare ones are chosen; those chosen
 * stand in the order of time, what is there every day last. `left` counts the events that are left out.
 */
export const between = (dates, first, last, now, most) => {
  const found = onceEach(dates.filter((date) => date.last >= first && date.first <= last && date.ends > now));
  const chosen = new Set([...found].sort(compare).slice(0, most));
  const inOrder = found.filter((date) => chosen.has(date)).sort((one, other) => isRare(other) - isRare(one));
  return { chosen: inOrder, left: found.length - chosen.size };
};
