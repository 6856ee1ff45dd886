// The search page: words and facets that combine, kept in the address; the events of a year are loaded when they are needed.
import { addDays, cardOf, dayOf, loadYear, showStars, signupState, weekendOf, words } from "./common.js";

const AT_ONCE = 40; // results shown before one asks for more
const FIRST = 6; // of them, what a phone's screen holds: the rest follows once these are painted, so that a key is answered at once
const PAUSE = 300; // milliseconds after which one has stopped typing
const A_MINUTE = 60_000; // milliseconds for which what is over, and what can be signed up for, is not looked at again
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
const wordsIn = (text) => plain(text).split(/\s+/).filter(Boolean);
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

const minuteOf = (moment) => Math.floor(moment / A_MINUTE);

let dated = {};
/**
 * Every event with the date of it that is shown, by that: what is to come first, then what is past, the latest first, in the end what has none.
 * Most choices and all words leave that as it is.
 */
const datedNow = (state, moment) => {
  const question = [state.date, state.past, minuteOf(moment)].join();
  if (dated.question === question && dated.entries === entries) return dated;
  const now = moment.getTime();
  const days = daysOf(state.date, dayOf(moment));
  const [ahead, over, never] = [[], [], []];
  for (const entry of entries) {
    const date = shownDate(entry, state.past, now, days);
    (!date ? never : date.until > now ? ahead : over).push({ entry, event: entry.event, date });
  }
  const order = (one, other) => one.date.from - other.date.from || (one.event.id < other.event.id ? -1 : 1);
  const answers = [...ahead.sort(order), ...over.sort((one, other) => order(other, one)), ...never];
  dated = { question, entries, narrowed: { text: "", answers } };
  return dated;
};

/**
 * Of these, those that hold every word. They are narrowed character by character, and what was left at each beginning of a text is kept:
 * a character typed goes through what those before it have left, and one taken back goes through nothing.
 */
const wordedNow = (state, moment) => {
  const all = datedNow(state, moment);
  const text = plain(state.words);
  while (!text.startsWith(all.narrowed.text)) all.narrowed = all.narrowed.wider;
  if (text !== all.narrowed.text) {
    const wanted = wordsIn(text);
    const answers = all.narrowed.answers.filter(({ entry }) => wanted.every((word) => entry.haystack.includes(word)));
    all.narrowed = { text, answers, wider: all.narrowed };
  }
  return all.narrowed.answers;
};

/** The kinds of which a value is chosen. */
const chosenIn = (state) => NUMBERS.filter((number) => state[PARAMETERS[number]].size);
/** Whether a value of a kind that is chosen is the event's. */
const meets = ({ keys }, number, state) => keys[number].some((key) => state[PARAMETERS[number]].has(key));
const flagsHold = (state, moment) => {
  const flags = FLAGS.filter((flag) => state[flag] && flag !== "past");
  return flags.length ? (event, date) => flags.every((flag) => flagHolds[flag](event, date, moment)) : () => true;
};

/** Of some answers, those that fit every choice. */
const fitting = (answers, state, moment) => {
  const chosen = chosenIn(state);
  const holds = flagsHold(state, moment);
  return answers.filter(({ entry, event, date }) => date && chosen.every((number) => meets(entry, number, state)) && holds(event, date));
};

/** What tells of an answer the places of all links that would give it, with every other choice as it is. */
const placing = (state, moment) => {
  const now = moment.getTime();
  const today = dayOf(moment);
  const days = daysOf(state.date, today);
  const chosen = chosenIn(state);
  const holds = flagsHold(state, moment);
  const places = links.map(({ parameter, key }, place) => ({ parameter, key, place }));
  const flags = places.filter(({ parameter }) => parameter in flagHolds && !state[parameter]);
  const dates = places.filter(({ parameter }) => parameter === "date").map(({ key, place }) => ({ place, days: daysOf(key, today) }));
  const past = placeOf.get("past/1");
  return ({ entry, event, date }) => {
    const missed = chosen.filter((number) => !meets(entry, number, state));
    if (missed.length > 1) return []; // no single choice would bring it back
    const shown = date && holds(event, date);
    const found = shown ? (missed.length ? missed : NUMBERS).flatMap((number) => entry.places[number]) : [];
    if (missed.length) return found;
    if (shown) for (const { parameter, place } of flags) if (flagHolds[parameter](event, date, moment)) found.push(place);
    const withPast = state.past ? undefined : (date ?? shownDate(entry, true, now, days));
    if (withPast && holds(event, withPast)) found.push(past);
    if (entry.until <= now && !state.past) return found;
    for (const one of dates) {
      const then = shownDate(entry, state.past, now, one.days);
      if (then && holds(event, then)) found.push(one.place);
    }
    return found;
  };
};

let counted = {};
/** For each link how many of these answers it would give. Where one is counted is worked out once for each choice, however much is typed. */
const countsOf = (answers, state, moment) => {
  const question = addressOf({ ...state, words: "" });
  if (counted.question !== question || counted.dated !== dated) counted = { question, dated, placesOf: placing(state, moment), places: new Map() };
  const { places, placesOf } = counted;
  const counts = new Uint32Array(links.length);
  for (const one of answers) {
    if (!places.has(one)) places.set(one, placesOf(one));
    for (const place of places.get(one)) counts[place] += 1;
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
const whenIdle = (act) => ("requestIdleCallback" in window ? requestIdleCallback(act, { timeout: PAUSE }) : setTimeout(act));
/** Does some things after the next painting, one by one, so that a key can come between them; unless another search has begun by then. */
const afterPainting = (...acts) => {
  const own = ++round;
  requestAnimationFrame(() => acts.forEach((act) => whenIdle(() => own === round && act())));
};

/** Shows what fits: what a phone's screen holds at once; how many each choice would give, and the other cards, after that is painted. */
const show = (atOnce = FIRST) => {
  const now = new Date();
  const wanted = wordsIn(state.words);
  const answers = wordedNow(state, now);
  const results = fitting(answers, state, now);
  const cards = (first, last) => results.slice(first, last).map((one) => cardOf(one, now, labels, (text) => marked(text, wanted)));
  byId("cards").replaceChildren(...cards(0, Math.min(atOnce, shown)));
  showStars();
  byId("count").textContent = results.length ? settings.count.replace("{count}", results.length) : settings.nothing;
  byId("clear").hidden = addressOf(state) === location.pathname;
  byId("more").hidden = results.length <= shown;
  markChosen();
  const showOthers = () => {
    byId("cards").append(...cards(atOnce, shown));
    showStars();
  };
  const showCounts = () => {
    addMonths(now);
    showChoices(countsOf(answers, state, now), results.length);
  };
  afterPainting(showOthers, showCounts);
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

let naming = 0;
let isNew = false; // whether the address to come is one to which the visitor can go back from the next: that of a choice is, that of words is not
const nameNow = () => {
  clearTimeout(naming);
  naming = 0;
  history[isNew ? "pushState" : "replaceState"](null, "", addressOf(state));
  isNew = false;
};
/** Asks for something else. The address follows once one pauses: to change it is slow, and browsers allow for some changes a second only. */
const ask = (next) => {
  state = next;
  shown = AT_ONCE;
  clearTimeout(naming);
  naming = setTimeout(nameNow, PAUSE);
  return update();
};
const go = (next) => {
  isNew = true;
  return ask(next);
};
const type = (words) => ask({ ...state, words });
// Whoever clicks on leaves this address, with all that was asked for.
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
  clearTimeout(naming);
  naming = 0;
  isNew = false;
  state = readState();
  byId("words").value = state.words;
  update();
});
update();
