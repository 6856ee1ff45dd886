// My list: the starred events by date, or those of a shared address; what overlaps; all of them as one calendar file.
import { cardOf, keepStars, loadYear, showStars, stars, words } from "./common.js";

const byId = (id) => document.querySelector(`#my-${id}`);
const settings = JSON.parse(byId("settings").textContent);
const labels = new Map(Object.entries(settings.labels));
const base = document.documentElement.dataset.base;

/** The list of a shared address, `?events=2026:id~id,2027:id`, as a map from id to year; nothing where the address holds none. */
const sharedList = () => {
  const text = new URLSearchParams(location.search).get("events");
  if (!text) return undefined;
  const groups = text.split(",").map((group) => group.split(":"));
  return new Map(groups.flatMap(([year, ids = ""]) => ids.split("~").filter(Boolean).map((id) => [id, Number(year)])));
};

const addressOf = (list) => {
  const idsOf = (wanted) => [...list].filter(([, year]) => year === wanted).map(([id]) => encodeURIComponent(id));
  const groups = [...new Set(list.values())].map((year) => `${year}:${idsOf(year).join("~")}`);
  return `${location.origin}${location.pathname}?events=${groups.join(",")}`;
};

const shared = sharedList();
const list = () => shared ?? stars();

const loaded = new Map();
const load = (year) => {
  if (!loaded.has(year)) loaded.set(year, loadYear(year));
  return loaded.get(year);
};

/** The ids by which an event is known, and was before its file was renamed. */
const namesOf = (event) => [event.id, ...(event.former ?? [])];

/** The events of the list that the calendar knows: the years that it names first, all others where that is not enough. */
const eventsOf = async (wanted) => {
  const known = new Map();
  const named = settings.years.filter((year) => [...wanted.values()].includes(year));
  for (const years of [named, settings.years.filter((year) => !named.includes(year))]) {
    const found = new Set([...known.values()].flatMap(namesOf));
    if ([...wanted.keys()].every((id) => found.has(id))) break;
    for (const entries of await Promise.all(years.map(load))) for (const [id, event] of entries) if (namesOf(event).some((name) => wanted.has(name))) known.set(id, event);
  }
  return [...known.values()];
};

const calledOff = (date) => ["cancelled", "postponed"].includes(date.status);
// What lasts all day leaves one free to do other things.
const allDay = ({ starts, ends }) => ends > starts && (ends - starts) % (24 * 3600 * 1000) === 0;
const binding = (event, now) => event.dates.filter((date) => date.ends > now && !calledOff(date) && !allDay(date));

/** The titles of other events of which a date overlaps with one of this event's. */
const overlaps = (event, events, now) => {
  // What has no end takes an unknown time: it meets whatever is on when it begins.
  const meets = (one, other) => (one.starts < other.ends && other.starts < one.ends) || Number(one.starts) === Number(other.starts);
  const others = events.filter((other) => other !== event && binding(other, now).some((date) => binding(event, now).some((own) => meets(own, date))));
  return others.map((other) => other.title);
};

const shownDate = (event, now) => event.dates.find((date) => date.ends > now) ?? event.dates.at(-1);

const card = (event, events, now) => {
  const made = cardOf({ event, date: shownDate(event, now) }, now, labels);
  for (const title of overlaps(event, events, now)) {
    const warning = document.createElement("span");
    warning.className = "badge full overlap";
    warning.textContent = settings.overlap.replace("{title}", title);
    made.querySelector(".badges").append(warning);
  }
  return made;
};

const say = (text) => (byId("said").textContent = text);

const byDate = (now) => (one, other) => {
  const [first, second] = [shownDate(one, now), shownDate(other, now)];
  return (first.ends <= now) - (second.ends <= now) || first.starts - second.starts;
};

const show = async () => {
  const now = new Date();
  const wanted = list();
  byId("actions").hidden = wanted.size === 0;
  if (wanted.size === 0) {
    byId("cards").replaceChildren();
    say(settings.empty);
    return;
  }
  try {
    const events = (await eventsOf(wanted)).sort(byDate(now));
    byId("cards").replaceChildren(...events.map((event) => card(event, events, now)));
    showStars();
    const missing = [...wanted.keys()].filter((id) => !events.some((event) => namesOf(event).includes(id))).length;
    say([settings.count.replace("{count}", events.length), missing ? settings.missing.replace("{count}", missing) : ""].join(" "));
  } catch {
    say(settings.failed);
  }
};

/** One calendar of several: the head of the first, the entries of all (RFC 5545, section 3.4). */
const joined = (calendars) => {
  const [head] = calendars[0].split("BEGIN:VEVENT");
  const entries = calendars.map((text) => text.slice(text.indexOf("BEGIN:VEVENT"), text.lastIndexOf("END:VCALENDAR")));
  return `${head}${entries.join("")}END:VCALENDAR\r\n`;
};

const save = async () => {
  try {
    const events = await eventsOf(list());
    const answers = await Promise.all(events.map((event) => fetch(`${base}${event.address.slice(1, -1)}.ics`)));
    const calendars = await Promise.all(answers.filter((answer) => answer.ok).map((answer) => answer.text()));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([joined(calendars)], { type: "text/calendar;charset=utf-8" }));
    link.download = settings.file;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch {
    say(settings.failed);
  }
};

const share = async () => {
  const url = addressOf(list());
  if (navigator.share) {
    await navigator.share({ title: document.title, url }).catch(() => undefined);
    return;
  }
  try {
    await navigator.clipboard.writeText(url);
    say(settings.shared);
  } catch {
    say(`${words.copyFailed} ${url}`);
  }
};

if (shared) {
  byId("title").textContent = settings.title;
  byId("lead").textContent = settings.lead;
  byId("keep").hidden = false;
  byId("clear").hidden = true;
}
byId("file").addEventListener("click", () => (/MicroMessenger/i.test(navigator.userAgent) ? say(words.wechat) : save()));
byId("share").addEventListener("click", share);
byId("clear").addEventListener("click", () => keepStars(new Map()));
byId("keep").addEventListener("click", () => {
  keepStars(new Map([...stars(), ...shared]));
  location.assign(location.pathname);
});
document.addEventListener("stars", show);
addEventListener("storage", show);
show();
