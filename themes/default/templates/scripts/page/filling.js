// Lists of a page that was built long ago: the next events come from the search data.
import { cardOf } from "./cards.js";
import { loadYear } from "./data.js";
import { addDays, dayOf } from "./days.js";
import { all } from "./dom.js";
import { showStars } from "./stars.js";
import { isCalledOff } from "./states.js";
import { hideEmptyGroups } from "./turning.js";

const A_WEEK = 7; // days that a list of days shows at least
const RANKS = ["city", "key", "regular"];
const FIELDS = { programmes: "programme", districts: "district" }; // of the search data, where not named as the kind

const loading = new Map();

/** The events with a date in this year or a later one, each once. */
const eventsToCome = async (today) => {
  const { years } = document.querySelector("#page-card").dataset;
  const wanted = years.split(" ").filter((year) => year >= today.slice(0, 4));
  for (const year of wanted) if (!loading.has(year)) loading.set(year, loadYear(year));
  const events = (await Promise.all(wanted.map((year) => loading.get(year)))).flat();
  return [...new Map(events.map((event) => [event.id, event])).values()];
};

/** The last day for which the page has a group; empty where it has no days. */
const lastDay = (list) => all("[data-key]", list.closest("[data-upcoming]")).at(-1)?.dataset.key ?? "";

/** Whether the events of the build have run out. */
const hasRunOut = (list, today) => {
  const last = lastDay(list);
  if (last.length === today.length) return last < addDays(today, A_WEEK - 1);
  return !list.closest("[data-upcoming]").querySelector(".card:not([hidden], .filled .card)");
};

const isOf = (event, { kind, key }) => !kind || [event[FIELDS[kind] ?? kind]].flat().includes(key);

/** The next date of each event of a list that the page does not show, in the order of the list. */
const answersFor = (list, events, now, today) => {
  const last = lastDay(list);
  const after = last.length === today.length ? last : "";
  const dayFrom = (date) => (date.first < today ? today : date.first);
  const fits = (date) => date.ends > now && !isCalledOff(date.status) && dayFrom(date) > after;
  const answers = events
    .filter((event) => isOf(event, list.dataset))
    .map((event) => ({ event, date: event.dates.find(fits) }))
    .filter(({ date }) => date);
  answers.sort((one, other) => one.date.starts - other.date.starts);
  if (!("ranked" in list.dataset)) return answers;
  const isNear = (date) => dayFrom(date) < addDays(today, A_WEEK);
  const rank = ({ event, date }) => (isNear(date) ? RANKS.indexOf(event.level) : RANKS.length);
  return answers.sort((one, other) => rank(one) - rank(other));
};

/** Fills the lists whose events of the build have run out. */
export const fillLists = async (now) => {
  const today = dayOf(now);
  const lists = all("[data-fill]").filter((list) => hasRunOut(list, today));
  if (lists.length === 0) return;
  for (const list of lists) list.dataset.waiting = "";
  hideEmptyGroups(today);
  const events = await eventsToCome(today);
  for (const list of lists) {
    const answers = answersFor(list, events, now, today).slice(0, Number(list.dataset.fill));
    list.replaceChildren(...answers.map((answer) => cardOf(answer, now)));
    list.hidden = answers.length === 0;
    delete list.dataset.waiting;
  }
  showStars();
  hideEmptyGroups(today);
};
