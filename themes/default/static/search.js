// The search page: words and facets that combine, kept in the address; the events of a year are loaded when they are needed.
import { addDays, cardOf, dayOf, loadYear, showStars, signupState, weekendOf, words } from "./common.js";

const AT_ONCE = 40; // results shown before one asks for more
const FIRST = 6; // of them, what a phone's screen holds: the rest follows once these are painted, so that a key is answered at once
const PAUSE = 300; // milliseconds after which one has stopped typing
const FLAGS = ["free", "signup", "online", "wheelchair", "past"];
const LISTS = { district: "district", audience: "audiences", theme: "themes", programme: "programme", organiser: "organisers" };
const PARAMETERS = Object.keys(LISTS);
const NUMBERS = [...PARAMETERS.keys()];

const byId = (id) => document.querySelector(`#finder-${id}`);
const settings = JSON.parse(byId("settings").textContent);
const links = [...document.querySelectorAll("[data-parameter] a")].map((link) => ({
  link,
  parameter: link.closest("[data-parameter]").dataset.parameter,
  key: link.dataset.key,
  count: link.querySelector(".count"),
}));

const plain = (text) => text.normalize("NFKC").toLowerCase();
const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);

// Names of facet values, and the other names under which people look for them.
const labels = new Map();
const otherNames = new Map();
const placeOf = new Map(links.map(({ parameter, key }, place) => [`${parameter}/${key}`, place]));
for (const { link, parameter, key } of links) {
  const label = link.querySelector(".label");
  if (!label) continue;
  labels.set(`${parameter}/${key}`, label.textContent);
  otherNames.set(`${parameter}/${key}`, plain(`${label.textContent} ${link.dataset.words}`));
}

/** All by which an event is found, in one plain text. Names are made plain once, not for each event. */
const haystackOf = (event, keys) => {
  const own = plain([event.title, event.summary, event.place, ...listOf(event.words)].join(" \n "));
  return [own, ...keys.flatMap((ofOne, number) => ofOne.map((key) => otherNames.get(`${PARAMETERS[number]}/${key}`) ?? plain(key)))].join(" \n ");
};

/** A day as a number, which is compared faster than its text. */
const numberOf = (day) => Number(day.replaceAll("-", ""));

/** An event with what every search asks of it, worked out beforehand. `keys` are those of each parameter, `places` where these stand among the links. */
const entryOf = (event) => {
  const keys = PARAMETERS.map((parameter) => listOf(event[LISTS[parameter]]));
  const places = keys.map((ofOne, number) => ofOne.map((key) => placeOf.get(`${PARAMETERS[number]}/${key}`)).filter((place) => place !== undefined));
  const dates = event.dates.map((date) => ({
    ...date,
    from: date.starts.getTime(),
    until: date.ends.getTime(),
    firstDay: numberOf(date.first),
    lastDay: numberOf(date.last),
  }));
  return { event, dates, until: Math.max(...dates.map((date) => date.until)), keys, places, haystack: haystackOf(event, keys) };
};

const events = new Map();
let entries = []; // those of the events, by their first dates: what is nearly in order is sorted fast
const loaded = new Map();
const load = (year) => {
  if (!loaded.has(year)) {
    const loading = loadYear(year).then((found) => {
      for (const [id, event] of found) if (!events.has(id)) events.set(id, entryOf(event));
      entries = [...events.values()].sort((one, other) => one.dates[0].from - other.dates[0].from);
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
  for (const parameter of PARAMETERS) state[parameter] = new Set(query.getAll(parameter));
  for (const flag of FLAGS) state[flag] = query.get(flag) === "1";
  return state;
};

const addressOf = (state) => {
  const query = new URLSearchParams();
  if (state.words) query.set("q", state.words);
  if (state.date) query.set("date", state.date);
  for (const parameter of PARAMETERS) for (const key of state[parameter]) query.append(parameter, key);
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

/** First and last day of a choice of dates, as numbers. */
const daysOf = (date, today) => {
  if (date === "today") return [today, today].map(numberOf);
  if (date === "weekend") return weekendOf(today).map(numberOf);
  if (date === "week") return [today, addDays(today, 6)].map(numberOf);
  if (date === "month") return [today, `${today.slice(0, 7)}-31`].map(numberOf);
  return /^\d{4}-\d{2}$/.test(date) ? [`${date}-01`, `${date}-31`].map(numberOf) : null;
};

/** The date of an event that is shown: the next that fits, or its last where past ones are asked for. */
const shownDate = ({ dates, until }, past, now, days) => {
  if (until <= now && !past) return undefined;
  let last;
  for (const date of dates) {
    if (days && (date.firstDay > days[1] || date.lastDay < days[0])) continue;
    if (date.until > now) return date;
    last = date;
  }
  return past ? last : undefined;
};

const flagHolds = {
  free: (event) => event.free,
  online: (event) => event.online,
  wheelchair: (event) => event.wheelchair,
  signup: (event, date, now) => signupState({ opens: event.opens, deadline: event.deadline, starts: date.starts, status: date.status }, now) === "open",
};

/** The events that hold every word. */
const withWords = (state) => {
  const wanted = plain(state.words).split(/\s+/).filter(Boolean);
  return wanted.length ? entries.filter(({ haystack }) => wanted.every((word) => haystack.includes(word))) : entries;
};

/** The kinds of which a value is chosen and none is the event's. */
const missedBy = ({ keys }, state, chosen) => chosen.filter((number) => !keys[number].some((key) => state[PARAMETERS[number]].has(key)));
const chosenIn = (state) => NUMBERS.filter((number) => state[PARAMETERS[number]].size);
const flagsHold = (state, moment) => {
  const flags = FLAGS.filter((flag) => state[flag] && flag !== "past");
  return flags.length ? (event, date) => flags.every((flag) => flagHolds[flag](event, date, moment)) : () => true;
};

/** Everything of these that fits, by date: what is to come first, then what is past, the latest first. */
const find = (some, state, moment) => {
  const now = moment.getTime();
  const days = daysOf(state.date, dayOf(moment));
  const chosen = chosenIn(state);
  const holds = flagsHold(state, moment);
  const [ahead, over] = [[], []];
  for (const entry of some) {
    const date = shownDate(entry, state.past, now, days);
    if (!date || (chosen.length && missedBy(entry, state, chosen).length) || !holds(entry.event, date)) continue;
    (date.until > now ? ahead : over).push({ event: entry.event, date });
  }
  const order = (one, other) => one.date.from - other.date.from || (one.event.id < other.event.id ? -1 : 1);
  return [...ahead.sort(order), ...over.sort((one, other) => order(other, one))];
};

/** For each link how many of these events it would give, with every other choice as it is: in one pass, however many links there are. */
const countFor = (some, state, moment) => {
  const now = moment.getTime();
  const today = dayOf(moment);
  const days = daysOf(state.date, today);
  const chosen = chosenIn(state);
  const holds = flagsHold(state, moment);
  const places = links.map(({ parameter, key }, place) => ({ parameter, key, place }));
  const flags = places.filter(({ parameter }) => parameter in flagHolds && !state[parameter]);
  const dates = places.filter(({ parameter }) => parameter === "date").map(({ key, place }) => ({ place, days: daysOf(key, today) }));
  const past = placeOf.get("past/1");
  const counts = new Uint32Array(links.length);
  for (const entry of some) {
    const { event } = entry;
    const missed = chosen.length ? missedBy(entry, state, chosen) : chosen;
    if (missed.length > 1) continue; // no single choice would bring it back
    const date = shownDate(entry, state.past, now, days);
    const shown = date && holds(event, date);
    if (shown) for (const number of missed.length ? missed : NUMBERS) for (const place of entry.places[number]) counts[place] += 1;
    if (missed.length) continue;
    if (shown) for (const { parameter, place } of flags) if (flagHolds[parameter](event, date, moment)) counts[place] += 1;
    const withPast = state.past ? undefined : (date ?? shownDate(entry, true, now, days));
    if (withPast && holds(event, withPast)) counts[past] += 1;
    if (entry.until <= now && !state.past) continue;
    for (const one of dates) {
      const then = shownDate(entry, state.past, now, one.days);
      if (then && holds(event, then)) counts[one.place] += 1;
    }
  }
  return counts;
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

/** Months that have something to come are choices of dates too; what has been loaded is looked through once. */
let lookedThrough;
const addMonths = (now) => {
  if (lookedThrough === entries) return;
  lookedThrough = entries;
  const list = document.querySelector("[data-parameter='date']");
  const today = dayOf(now);
  const dates = entries.flatMap((entry) => entry.dates).filter((date) => date.until > now.getTime());
  const months = [...new Set(dates.map(({ first }) => (first < today ? today : first).slice(0, 7)))].sort();
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

/** Shows which links are chosen. */
const markChosen = () => {
  for (const { link, parameter, key } of links) {
    if (isChosen(parameter, key)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

/** Shows how many events each link would give, and where it leads; those that would give none are hidden. */
const showChoices = (counts, total) => {
  for (const [place, { link, parameter, key, count }] of links.entries()) {
    const chosen = isChosen(parameter, key);
    const number = chosen && !(parameter in LISTS) ? total : counts[place];
    // What has not been loaded cannot be counted, but can be asked for.
    const unknown = parameter === "past" && !settings.years.every((year) => loaded.has(year));
    count.textContent = unknown ? "" : String(number);
    link.href = addressOf(toggled(state, parameter, key));
    link.parentElement.hidden = number === 0 && !chosen && !unknown;
  }
  markChosen();
};

let round = 0;
/** Does something after the next painting, unless another search has begun by then. */
const afterPainting = (act) => {
  const own = ++round;
  requestAnimationFrame(() => setTimeout(() => own === round && act()));
};

/** Shows what fits: what a phone's screen holds at once; how many each choice would give, and the other cards, after that is painted. */
const show = (atOnce = FIRST) => {
  const now = new Date();
  const wanted = plain(state.words).split(/\s+/).filter(Boolean);
  const some = withWords(state);
  const results = find(some, state, now);
  const cards = (first, last) => results.slice(first, last).map((one) => cardOf(one, now, labels, (text) => marked(text, wanted)));
  byId("cards").replaceChildren(...cards(0, Math.min(atOnce, shown)));
  showStars();
  byId("count").textContent = results.length ? settings.count.replace("{count}", results.length) : settings.nothing;
  byId("clear").hidden = addressOf(state) === location.pathname;
  byId("more").hidden = results.length <= shown;
  markChosen();
  afterPainting(() => {
    addMonths(now);
    showChoices(countFor(some, state, now), results.length);
    byId("cards").append(...cards(atOnce, shown));
    showStars();
  });
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

const go = (next) => {
  state = next;
  shown = AT_ONCE;
  history.pushState(null, "", addressOf(state));
  return update();
};

let naming = 0;
const nameNow = () => {
  clearTimeout(naming);
  naming = 0;
  history.replaceState(null, "", addressOf(state));
};
/** What is typed changes the address that stands there once one pauses: that is slow, and browsers allow for some changes a second only. */
const type = (words) => {
  state = { ...state, words };
  shown = AT_ONCE;
  clearTimeout(naming);
  naming = setTimeout(nameNow, PAUSE);
  return update();
};
// Whoever clicks on leaves this address, with all that was typed.
addEventListener("click", () => naming && nameNow(), true);

byId("words").value = state.words;
byId("words").addEventListener("input", (typed) => type(typed.target.value.trim()));
document.querySelector(".choices").addEventListener("submit", (sent) => {
  sent.preventDefault();
  type(byId("words").value.trim());
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
  show(shown);
  byId("cards").children[first]?.querySelector("a").focus();
});
addEventListener("popstate", () => {
  state = readState();
  byId("words").value = state.words;
  update();
});
update();
