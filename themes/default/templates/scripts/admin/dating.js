// The dates of an event from its front matter, as the engine computes them, and what is wrong with them.
import { addDays } from "../page/days.js";
import { Unreadable } from "./messages.js";
import { daysOf } from "./repeating.js";

/** A moment as authors write it: without seconds. */
export const shown = (moment) => moment.slice(0, 16);

const instant = (moment) => Date.parse(`${moment.slice(0, 10)}T${moment.slice(11) || "00:00"}Z`);
const isTimed = (moment) => moment.length > 10;
const later = (moment, milliseconds) => {
  const text = new Date(instant(moment) + milliseconds).toISOString();
  if (!isTimed(moment)) return text.slice(0, 10);
  return `${text.slice(0, 10)} ${text.slice(11, text.slice(17, 19) === "00" ? 16 : 19)}`;
};

/** A fault of dates: a problem whose key is known. */
class DateFault extends Unreadable {
  constructor(path, name, values) {
    super(name, values);
    this.path = path;
  }
}

const checkOrder = (start, end, path) => {
  if (end === undefined) return;
  if (isTimed(start) !== isTimed(end)) throw new DateFault(path, "one_timed");
  if (instant(end) < instant(start)) throw new DateFault(path, "end_first", { start: shown(start), end: shown(end) });
  if (end === start && isTimed(start)) throw new DateFault(path, "no_length", { end: shown(end) });
};

const ofSessions = ({ sessions, status, ...tree }) => {
  for (const name of ["start", "end", "repeat"]) {
    if (name in tree) throw new DateFault([name], "with_sessions", { name });
  }
  const met = new Set();
  for (const [place, session] of sessions.entries()) {
    if (met.has(session.id)) throw new DateFault(["sessions", place, "id"], "session_twice", { id: session.id });
    met.add(session.id);
    if (session.start) checkOrder(session.start, session.end, ["sessions", place, "end"]);
  }
  return sessions
    .filter(({ start }) => start)
    .map((one) => ({ start: one.start, end: one.end, status: one.status ?? status, venue: one.venue, note: one.note }));
};

/** Whether start and end mean the same hours on each of several days. */
const isDaily = (start, end) =>
  end !== undefined &&
  isTimed(start) &&
  isTimed(end) &&
  end.slice(0, 10) > start.slice(0, 10) &&
  end.slice(11) > start.slice(11);

const within = (path, read) => {
  try {
    return read();
  } catch (error) {
    const isBare = error instanceof Unreadable && !(error instanceof DateFault);
    throw isBare ? new DateFault(path, error.name, error.values) : error;
  }
};

const checkNamed = (tree, days) => {
  const excepted = (tree.except ?? []).map((day, place) => [["except", place], day]);
  const overridden = Object.keys(tree.overrides ?? {}).map((day, place) => [["overrides", place], day]);
  for (const [path, day] of [...excepted, ...overridden]) {
    if (!days.includes(day)) throw new DateFault(path, "not_of_repeat", { day, days: days.slice(0, 4).join(", ") });
  }
};

const ofDay = (tree, day, length, override = {}) => {
  const rule = isTimed(tree.start) ? `${day} ${tree.start.slice(11)}` : day;
  const start = override.start ?? rule;
  const end = override.end ?? (length === undefined ? undefined : later(start, length));
  checkOrder(start, end, ["overrides"]);
  return { day, start, end, status: override.status ?? tree.status, venue: override.venue, note: override.note };
};

const ofRule = (form, tree, rule) => {
  const { start, except = [], overrides = {} } = tree;
  const end = isDaily(start, tree.end) ? `${start.slice(0, 10)} ${tree.end.slice(11)}` : tree.end;
  const length = end === undefined ? undefined : instant(end) - instant(start);
  const days = within(["repeat"], () => daysOf(rule, start, form.most_dates));
  if (days.length > form.most_dates) throw new DateFault(["repeat"], "too_many", { most: form.most_dates });
  checkNamed(tree, days);
  const left = days.filter((day) => !except.includes(day));
  if (!left.length) throw new DateFault(["except"], "none_left");
  const found = left.map((day) => ofDay(tree, day, length, overrides[day]));
  if (tree.repeat && days[0] !== start.slice(0, 10)) {
    const first = days[0] && (isTimed(start) ? `${days[0]} ${start.slice(11)}` : days[0]);
    throw new DateFault(["repeat"], "start_unfit", { start: shown(start), first, ...(first ? {} : { hint: "none" }) });
  }
  return found;
};

/** Every date of an event in order, its start and end as front matter writes moments. Throws a fault with a path. */
export const datesOf = (form, tree) => {
  if (tree.sessions) return ofSessions(tree).sort((one, other) => instant(one.start) - instant(other.start));
  if (!tree.start) throw new DateFault(["start"], "no_date");
  checkOrder(tree.start, tree.end, ["end"]);
  if (tree.repeat) return ofRule(form, tree, tree.repeat);
  if (isDaily(tree.start, tree.end)) {
    return ofRule(form, tree, `FREQ=DAILY;UNTIL=${tree.end.slice(0, 10).replaceAll("-", "")}`);
  }
  return [{ start: tree.start, end: tree.end, status: tree.status }];
};

/** The first and the last instant of a date in milliseconds, as if local time were UTC. */
export const spanOf = ({ start, end }) => {
  if (isTimed(start)) return [instant(start), instant(end ?? start)];
  return [instant(start), instant(addDays(end ?? start, 1))];
};

export const isAllDay = ({ start }) => !isTimed(start);
