// Published events that are in the same place at the same time, or may be the same event, as `check` warns of them.
import { A_DAY } from "../page/days.js";
import { isAllDay, shown, spanOf } from "./dating.js";
import { Unreadable, problemOf } from "./messages.js";
import { keyOf, shownName } from "./names.js";
import { isMapping } from "./writing.js";


/** A moment of the open data as front matter writes it. */
const localOf = (moment) => moment?.slice(0, 16).replace("T", " ");

const publishedDates = (event) =>
  event.dates.map((one) => ({ ...one, start: localOf(one.start), end: localOf(one.end) }));

const venuePlace = (form, venue) => {
  if (isMapping(venue)) return { key: "", name: venue.name };
  const key = keyOf(form, "venues", venue);
  return { key: key ?? "", name: key ? shownName(form, "venues", key) : venue };
};
const isSamePlace = (one, other) => (one.key || other.key ? one.key === other.key : one.name === other.name);

const meet = ([begins, ends], [otherBegins, otherEnds]) =>
  (begins < otherEnds && otherBegins < ends) || begins === otherBegins;

/** The uses of places by dates that bind: those with a time that are not called off. */
const usesOf = (form, dates, venue) =>
  dates
    .filter((one) => !isAllDay(one) && !form.called_off.includes(one.status) && (one.venue ?? venue))
    .map((one) => ({ date: one, place: one.venue ?? venue }));

const clashWith = (form, own, event) => {
  const others = usesOf(form, publishedDates(event), event.venue).map(({ date, place }) => ({
    date,
    place: { key: place.key ?? "", name: place.name },
  }));
  for (const { date, place } of own) {
    const met = others.find((other) => isSamePlace(place, other.place) && meet(spanOf(date), spanOf(other.date)));
    if (!met) continue;
    const moment = [date.start, met.date.start].sort()[1];
    return { place: place.name, moment: shown(moment), title: event.title, path: new URL(event.url).pathname };
  }
  return undefined;
};

const lettersOf = (title) => [...title.normalize("NFKC").toLowerCase()].filter((sign) => /[\p{L}\p{N}]/u.test(sign));

/** The length of the longest common subsequence. */
const common = (one, other) => {
  let row = new Array(other.length + 1).fill(0);
  for (const sign of one) {
    const next = [0];
    for (let at = 0; at < other.length; at += 1) {
      next.push(sign === other[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
    }
    row = next;
  }
  return row.at(-1);
};

/** How much alike two lists of signs are, in per cent. */
export const likeness = (one, other) =>
  one.length + other.length ? (200 * common(one, other)) / (one.length + other.length) : 100;

const numeralsIn = (letters, numeral) => (letters.join("").match(new RegExp(numeral, "g")) ?? []).join();

const isAlike = ({ likeness: least, numeral }, title, other) => {
  const [letters, others] = [lettersOf(title), lettersOf(other)];
  return likeness(letters, others) >= least && numeralsIn(letters, numeral) === numeralsIn(others, numeral);
};

const sharesGroup = (form, tree, event) => {
  const own = (tree.organiser ?? []).map((name) => keyOf(form, "organisers", name));
  const venue = isMapping(tree.venue) ? tree.venue.district : form.districts[keyOf(form, "venues", tree.venue ?? "")];
  const district = keyOf(form, "districts", tree.district ?? venue ?? "");
  return event.organisers.some(({ key }) => own.includes(key)) || (district && event.district?.key === district);
};

/** What stands against an event with these dates among published events; `id` is its own, which does not count. */
export const neighbourProblems = (form, tree, dates, events, id) => {
  const ignored = tree.ignore ?? {};
  const own = usesOf(form, dates, tree.venue).map(({ date, place }) => ({ date, place: venuePlace(form, place) }));
  const first = dates[0] && spanOf(dates[0])[0];
  const found = [];
  for (const event of events) {
    if (event.id === id) continue;
    const clash = "venue-clash" in ignored ? undefined : clashWith(form, own, event);
    if (clash) found.push(problemOf(form, ["venue"], new Unreadable("taken", clash)));
    const other = publishedDates(event)[0];
    const isNear = first !== undefined && Math.abs(spanOf(other)[0] - first) <= form.alike.days * A_DAY;
    const isOn = !form.called_off.includes(event.status) && !form.called_off.includes(tree.status);
    const isAsked = !("near-duplicate" in ignored) && isOn && isNear && tree.title;
    if (isAsked && isAlike(form.alike, tree.title, event.title) && sharesGroup(form, tree, event)) {
      const about = { title: event.title, day: other.start.slice(0, 10), path: new URL(event.url).pathname };
      found.push(problemOf(form, ["title"], new Unreadable("twice", about)));
    }
  }
  return found;
};
