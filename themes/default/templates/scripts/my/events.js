// The events of a list, from the data of the years.
import { loadYear } from "../page/data.js";
import { isCalledOff } from "../page/states.js";

const loading = new Map();
const load = (year) => {
  if (!loading.has(year)) loading.set(year, loadYear(year));
  return loading.get(year);
};

/** The ids of an event: its own, and those it had before its file was renamed. */
export const idsOf = (event) => [event.id, ...(event.former ?? [])];

/** The events of a list that the calendar knows. The years that the list names are loaded first, others if need be. */
export const eventsOf = async (list, years) => {
  const known = new Map();
  const named = years.filter((year) => [...list.values()].includes(year));
  for (const some of [named, years.filter((year) => !named.includes(year))]) {
    const found = new Set([...known.values()].flatMap(idsOf));
    if ([...list.keys()].every((id) => found.has(id))) break;
    const events = (await Promise.all(some.map(load))).flat();
    for (const event of events) if (idsOf(event).some((id) => list.has(id))) known.set(event.id, event);
  }
  return [...known.values()];
};

/** The date of an event to show: the next one, or the last. */
export const shownDate = (event, now) => event.dates.find((date) => date.ends > now) ?? event.dates.at(-1);

/** Orders events by the date to show; events that are over come last. */
export const byDate = (now) => (one, other) => {
  const [first, second] = [shownDate(one, now), shownDate(other, now)];
  return (first.ends <= now) - (second.ends <= now) || first.starts - second.starts;
};

// An event that lasts all day leaves time for others.
const bindingDates = (event, now) =>
  event.dates.filter((date) => date.ends > now && !isCalledOff(date.status) && !date.allDay);

// A date without an end takes an unknown time: it meets a date that is on when it begins.
const meet = (one, other) =>
  (one.starts < other.ends && other.starts < one.ends) || Number(one.starts) === Number(other.starts);

/** The titles of the other events of which a date overlaps with one of this event's. */
export const overlaps = (event, events, now) => {
  const own = bindingDates(event, now);
  const isMet = (other) => bindingDates(other, now).some((date) => own.some((one) => meet(one, date)));
  return events.filter((other) => other !== event && isMet(other)).map((other) => other.title);
};
