// The dates of an event from its front matter, as the engine computes them, and what is wrong with them.
import { A_DAY, addDays } from "../page/days.js";
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

const checkOrder = (form, start, end, path) => {
  if (end === undefined) return;
  if (isTimed(start) !== isTimed(end)) throw new DateFault(path, "one_timed");
  const [length, said] = [instant(end) - instant(start), { start: shown(start), end: shown(end) }];
  if (length < 0) throw new DateFault(path, "end_first", said);
  if (length > form.repeats.days * A_DAY) throw new DateFault(path, "too_long", said);
  if (end === start && isTimed(start)) throw new DateFault(path, "no_length", said);
};

const ofSessions = (form, { sessions, status, ...tree }) => {
  for (const name of ["start", "end", "repeat"]) {
    const { label } = form.fields.find(({ key }) => key === name);
    if (name in tree) throw new DateFault([name], "with_sessions", { name: label });
  }
  const met = new Set();
  for (const [place, session] of sessions.entries()) {
    if (met.has(session.id)) throw new DateFault(["sessions", place, "id"], "session_twice", { id: session.id });
    met.add(session.id);
    if (session.start) checkOrder(form, session.start, session.end, ["sessions", place, "end"]);
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

/** The days of a rule. A fault is one of the value at `path`; `hint` is what helps there, if it is not the usual. */
const daysAt = (path, form, rule, start, hint) => {
  try {
    return daysOf(form.repeats, rule, start);
  } catch (error) {
    throw error instanceof Unreadable ? new DateFault(path, error.name, { ...error.values, ...hint }) : error;
  }
};

const checkNamed = (tree, days) => {
  const excepted = (tree.except ?? []).map((day, place) => [["except", place], day]);
  const overridden = Object.keys(tree.overrides ?? {}).map((day, place) => [["overrides", place], day]);
  for (const [path, day] of [...excepted, ...overridden]) {
    if (!days.includes(day)) throw new DateFault(path, "not_of_repeat", { day, days: days.slice(0, 4).join(", ") });
  }
};

const ofDay = (form, tree, day, length, override = {}) => {
  const rule = isTimed(tree.start) ? `${day} ${tree.start.slice(11)}` : day;
  const start = override.start ?? rule;
  const end = override.end ?? (length === undefined ? undefined : later(start, length));
  checkOrder(form, start, end, ["overrides"]);
  return { day, start, end, status: override.status ?? tree.status, venue: override.venue, note: override.note };
};

const ofRule = (form, tree, days) => {
  const { start, except = [], overrides = {} } = tree;
  const end = isDaily(start, tree.end) ? `${start.slice(0, 10)} ${tree.end.slice(11)}` : tree.end;
  const length = end === undefined ? undefined : instant(end) - instant(start);
  checkNamed(tree, days);
  const left = days.filter((day) => !except.includes(day));
  if (!left.length) throw new DateFault(["except"], "none_left");
  return left.map((day) => ofDay(form, tree, day, length, overrides[day]));
};

const ofRepeat = (form, tree) => {
  const { start, repeat } = tree;
  const days = daysAt(["repeat"], form, repeat, start);
  const first = `${days[0]}${start.slice(10)}`;
  if (first !== start) throw new DateFault(["repeat"], "start_unfit", { start: shown(start), first: shown(first) });
  return ofRule(form, tree, days);
};

/** The same hours on each day from the start to the end. */
const ofDays = (form, tree) => {
  const rule = `FREQ=DAILY;UNTIL=${tree.end.slice(0, 10).replaceAll("-", "")}`;
  return ofRule(form, tree, daysAt(["end"], form, rule, tree.start, { hint: "nearer_end" }));
};

/** Every date of an event in order, its start and end as front matter writes moments. Throws a fault with a path. */
export const datesOf = (form, tree) => {
  if (tree.sessions) return ofSessions(form, tree).sort((one, other) => instant(one.start) - instant(other.start));
  if (!tree.start) throw new DateFault(["start"], "no_date");
  checkOrder(form, tree.start, tree.end, ["end"]);
  if (tree.repeat) return ofRepeat(form, tree);
  if (isDaily(tree.start, tree.end)) return ofDays(form, tree);
  return [{ start: tree.start, end: tree.end, status: tree.status }];
};

/** The first and the last instant of a date in milliseconds, as if local time were UTC. */
export const spanOf = ({ start, end }) => {
  if (isTimed(start)) return [instant(start), instant(end ?? start)];
  return [instant(start), instant(addDays(end ?? start, 1))];
};

export const isAllDay = ({ start }) => !isTimed(start);
