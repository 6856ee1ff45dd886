// The search page: words and facets that combine, kept in the address; the events of a year are loaded when they are needed.
import { addDays, cardOf, dayOf, loadYear, showStars, signupState, weekendOf, words } from "./common.js";

const AT_ONCE = 40; // results shown before one asks for more
const FLAGS = ["free", "signup", "online", "wheelchair", "past"];
const LISTS = { district: "district", audience: "audiences", theme: "themes", programme: "programme", organiser: "organisers" };

const byId = (id) => document.querySelector(`#finder-${id}`);
const settings = JSON.parse(byId("settings").textContent);
const links = [...document.querySelectorAll("[data-parameter] a")].map((link) => ({
  link,
  parameter: link.closest("[data-parameter]").dataset.parameter,
  key: link.dataset.key,
  count: link.querySelector(".count"),
}));

// Names of facet values, and the other names under which people look for them.
const labels = new Map();
const otherNames = new Map();
for (const { link, parameter, key } of links) {
  const label = link.querySelector(".label");
  if (!label) continue;
  labels.set(`${parameter}/${key}`, label.textContent);
  otherNames.set(`${parameter}/${key}`, `${label.textContent} ${link.dataset.words}`);
}

const plain = (text) => text.normalize("NFKC").toLowerCase();
const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);

/** All by which an event is found, in one plain text. */
const haystackOf = (event) => {
  const names = Object.entries(LISTS).flatMap(([parameter, field]) => listOf(event[field]).map((key) => otherNames.get(`${parameter}/${key}`) ?? key));
  return plain([event.title, event.summary, event.place, ...listOf(event.words), ...names].join(" \n "));
};

const events = new Map();
const loaded = new Map();
const load = (year) => {
  if (!loaded.has(year)) {
    const loading = loadYear(year).then((found) => {
      for (const [id, event] of found) events.set(id, { ...event, haystack: haystackOf(event) });
    });
    // Who was offline may try again.
    loading.catch(() => loaded.delete(year));
    loaded.set(year, loading);
  }
  return loaded.get(year);
};

/** What the address chooses: a set of keys for each parameter, the words, and the date. */
const readState = () => {
  const query = new URLSearchParams(location.search);
  const state = { words: query.get("q") ?? "", date: query.get("date") ?? "" };
  for (const parameter of Object.keys(LISTS)) state[parameter] = new Set(query.getAll(parameter));
  for (const flag of FLAGS) state[flag] = query.get(flag) === "1";
  return state;
};

const addressOf = (state) => {
  const query = new URLSearchParams();
  if (state.words) query.set("q", state.words);
  if (state.date) query.set("date", state.date);
  for (const parameter of Object.keys(LISTS)) for (const key of state[parameter]) query.append(parameter, key);
  for (const flag of FLAGS) if (state[flag]) query.set(flag, "1");
  const text = query.toString();
  return text ? `?${text}` : location.pathname;
};

/** The state after a value has been chosen, or let go again. */
const toggled = (state, parameter, key) => {
  if (parameter === "date") return { ...state, date: state.date === key ? "" : key };
  if (FLAGS.includes(parameter)) return { ...state, [parameter]: !state[parameter] };
  const keys = new Set(state[parameter]);
  if (!keys.delete(key)) keys.add(key);
  return { ...state, [parameter]: keys };
};

/** First and last day of a choice of dates. */
const daysOf = (date, today) => {
  if (date === "today") return [today, today];
  if (date === "weekend") return weekendOf(today);
  if (date === "week") return [today, addDays(today, 6)];
  if (date === "month") return [today, `${today.slice(0, 7)}-31`];
  return /^\d{4}-\d{2}$/.test(date) ? [`${date}-01`, `${date}-31`] : null;
};

/** The date of an event that is shown: the next that fits, or its last where past ones are asked for. */
const shownDate = (event, state, now, days) => {
  const fits = ({ starts, ends }) => !days || (dayOf(starts) <= days[1] && dayOf(ends - 1) >= days[0]);
  const next = event.dates.find((date) => date.ends > now && fits(date));
  return next ?? (state.past ? event.dates.findLast((date) => fits(date)) : undefined);
};

const flagHolds = {
  free: (event) => event.free,
  online: (event) => event.online,
  wheelchair: (event) => event.wheelchair,
  signup: (event, date, now) => signupState({ ...event, starts: date.starts, status: date.status }, now) === "open",
  past: () => true,
};

/** Everything that fits, by date: what is to come first, then what is past, the latest first. */
const find = (state, now) => {
  const days = daysOf(state.date, dayOf(now));
  const wanted = plain(state.words).split(/\s+/).filter(Boolean);
  const found = [];
  for (const event of events.values()) {
    const date = shownDate(event, state, now, days);
    if (!date || !wanted.every((word) => event.haystack.includes(word))) continue;
    if (!Object.entries(LISTS).every(([parameter, field]) => !state[parameter].size || listOf(event[field]).some((key) => state[parameter].has(key)))) continue;
    if (!FLAGS.every((flag) => !state[flag] || flagHolds[flag](event, date, now))) continue;
    found.push({ event, date });
  }
  const past = ({ date }) => date.ends <= now;
  const order = (one, other) => one.date.starts - other.date.starts || (one.event.id < other.event.id ? -1 : 1);
  return [...found.filter((one) => !past(one)).sort(order), ...found.filter(past).sort((one, other) => order(other, one))];
};

/** Text with what was searched for marked in it. */
const marked = (text, wanted) => {
  const folded = plain(text);
  const fragment = document.createDocumentFragment();
  // Where folding has changed the length, places in one are not places in the other: nothing is marked then.
  const spots = folded.length === text.length ? wanted.map((word) => [folded.indexOf(word), word.length]).filter(([start]) => start >= 0) : [];
  let end = 0;
  for (const [start, length] of spots.sort(([one], [other]) => one - other)) {
    if (start < end) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, start + length);
    fragment.append(text.slice(end, start), mark);
    end = start + length;
  }
  fragment.append(text.slice(end));
  return fragment;
};

/** Months that have something to come are choices of dates too. */
const addMonths = (now) => {
  const list = document.querySelector("[data-parameter='date']");
  const dates = [...events.values()].flatMap((event) => event.dates).filter((date) => date.ends > now);
  const months = [...new Set(dates.map((date) => dayOf(date.starts < now ? now : date.starts).slice(0, 7)))].sort();
  for (const month of months.slice(1)) {
    if (links.some(({ parameter, key }) => parameter === "date" && key === month)) continue;
    const link = document.createElement("a");
    const count = document.createElement("span");
    count.className = "count";
    const year = month.slice(0, 4) === dayOf(now).slice(0, 4) ? "" : `${month.slice(0, 4)} `;
    link.append(`${year}${words.months[Number(month.slice(5)) - 1]} `, count);
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
    links.push({ link, parameter: "date", key: month, count });
  }
};

let state = readState();
let shown = AT_ONCE;

const isChosen = (parameter, key) => (parameter === "date" ? state.date === key : FLAGS.includes(parameter) ? state[parameter] : state[parameter].has(key));

/** How many events each value would give, with every other choice as it is. */
const showChoices = (now) => {
  const without = (parameter) => (parameter === "date" ? { ...state, date: "" } : FLAGS.includes(parameter) ? state : { ...state, [parameter]: new Set() });
  const counts = new Map();
  for (const parameter of Object.keys(LISTS)) {
    const found = find(without(parameter), now);
    for (const { event } of found) {
      for (const key of listOf(event[LISTS[parameter]])) counts.set(`${parameter}/${key}`, (counts.get(`${parameter}/${key}`) ?? 0) + 1);
    }
  }
  for (const { link, parameter, key, count } of links) {
    const chosen = isChosen(parameter, key);
    const number = parameter in LISTS ? (counts.get(`${parameter}/${key}`) ?? 0) : find(chosen ? state : toggled(state, parameter, key), now).length;
    // What has not been loaded cannot be counted, but can be asked for.
    const unknown = parameter === "past" && !settings.years.every((year) => loaded.has(year));
    count.textContent = unknown ? "" : String(number);
    link.href = addressOf(toggled(state, parameter, key));
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.parentElement.hidden = number === 0 && !chosen && !unknown;
  }
};

const show = () => {
  const now = new Date();
  const found = find(state, now);
  const wanted = plain(state.words).split(/\s+/).filter(Boolean);
  addMonths(now);
  showChoices(now);
  byId("cards").replaceChildren(...found.slice(0, shown).map((one) => cardOf(one, now, labels, (text) => marked(text, wanted))));
  showStars();
  byId("count").textContent = found.length ? settings.count.replace("{count}", found.length) : settings.nothing;
  byId("clear").hidden = addressOf(state) === location.pathname;
  byId("more").hidden = found.length <= shown;
};

/** Loads the years that the choice needs, then shows what fits. */
const update = async () => {
  const thisYear = Number(dayOf(new Date()).slice(0, 4));
  const needed = settings.years.filter((year) => state.past || year >= thisYear);
  try {
    await Promise.all(needed.map(load));
    show();
  } catch {
    byId("count").textContent = settings.failed;
  }
};

const go = (next, replace = false) => {
  state = next;
  shown = AT_ONCE;
  history[replace ? "replaceState" : "pushState"](null, "", addressOf(state));
  return update();
};

byId("words").value = state.words;
byId("words").addEventListener("input", (typed) => go({ ...state, words: typed.target.value.trim() }, true));
document.querySelector(".choices").addEventListener("submit", (sent) => {
  sent.preventDefault();
  go({ ...state, words: byId("words").value.trim() }, true);
});
document.querySelector(".choices").addEventListener("click", (click) => {
  const chosen = links.find(({ link }) => link.contains(click.target));
  if (!chosen || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  go(toggled(state, chosen.parameter, chosen.key));
});
byId("clear").addEventListener("click", (click) => {
  click.preventDefault();
  byId("words").value = "";
  go(Object.fromEntries(Object.entries(readState()).map(([name, value]) => [name, value instanceof Set ? new Set() : typeof value === "string" ? "" : false])));
});
byId("more").addEventListener("click", () => {
  const first = shown;
  shown += AT_ONCE;
  show();
  byId("cards").children[first]?.querySelector("a").focus();
});
addEventListener("popstate", () => {
  state = readState();
  byId("words").value = state.words;
  update();
});
update();
