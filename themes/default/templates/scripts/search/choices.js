// The choices of the page: links that show how many events each would give.
import { all, root } from "../page/dom.js";
import { dayOf } from "../page/days.js";
import { monthName } from "../page/wording.js";
import { addressOf, FLAGS, isChosen, PARAMETERS, toggled } from "./address.js";
import { plain } from "./text.js";

const choiceOf = (link) => ({
  link,
  parameter: link.closest("[data-parameter]").dataset.parameter,
  key: link.dataset.key,
  count: link.querySelector(".count"),
});

export const choices = all("#finder [data-parameter] a").map(choiceOf);

/** The place of a choice among all, by `parameter/key`. */
export const placeOf = new Map(choices.map(({ parameter, key }, place) => [`${parameter}/${key}`, place]));

/** The names of choices by `parameter/key`. */
const labels = new Map();

/** The name of a choice, given as parameter and key; a day is its own name. */
export const nameOf = ([parameter, key]) => labels.get(`${parameter}/${key}`) ?? key;

/** All names under which people look for a facet or a flag, in one folded text, by `parameter/key`. */
export const otherNames = new Map();

/** The syllables of the names of facets, by `parameter/key`. */
export const pinyinNames = new Map();

/** The names of facets and flags that may stand in a text without blanks around them, folded, the longest first. */
export const names = [];

const isSeparable = (name) => name.length > 1 && /\P{ASCII}/u.test(name);

for (const { link, parameter, key } of choices) {
  const stem = `${parameter}/${key}`;
  const label = link.querySelector(".label").textContent;
  labels.set(stem, label);
  if (![...PARAMETERS, ...FLAGS].includes(parameter)) continue;
  const called = plain(`${label} ${link.dataset.words ?? ""}`);
  otherNames.set(stem, called);
  pinyinNames.set(stem, link.dataset.pinyin ?? "");
  names.push(...called.split(" ").filter(isSeparable));
}
names.sort((one, other) => other.length - one.length);

const withYear = new Intl.DateTimeFormat(root.lang, { timeZone: "UTC", year: "numeric", month: "long" });

const addMonth = (month, today) => {
  const list = document.querySelector("[data-parameter='date']");
  const item = list.firstElementChild.cloneNode(true);
  const link = item.querySelector("a");
  const isThisYear = month.slice(0, 4) === today.slice(0, 4);
  const name = isThisYear ? monthName(month) : withYear.format(new Date(`${month}-01`));
  link.dataset.key = month;
  link.querySelector(".label").textContent = name;
  list.append(item);
  labels.set(`date/${month}`, name);
  choices.push(choiceOf(link));
};

let lookedThrough; // the entries whose months are choices already

/** Offers the months in which entries have dates to come. */
export const addMonths = (entries, now) => {
  if (lookedThrough === entries) return;
  lookedThrough = entries;
  const today = dayOf(now);
  const dates = entries.flatMap((entry) => entry.dates).filter((date) => date.until > now.getTime());
  const months = [...new Set(dates.map(({ first }) => (first < today ? today : first).slice(0, 7)))].sort();
  const known = new Set(choices.filter(({ parameter }) => parameter === "date").map(({ key }) => key));
  for (const month of months) if (!known.has(month)) addMonth(month, today);
};

/** Shows which choices are made. */
export const markChosen = (state) => {
  for (const { link, parameter, key } of choices) {
    if (isChosen(state, parameter, key)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const FACETS = PARAMETERS.filter((parameter) => parameter !== "age");

/**
 * Shows at each choice how many events it would give, and where it leads. Without events a facet is hidden, and a
 * choice of the few that are always there leads nowhere: it keeps its place, so that nothing jumps. `total` is the
 * number of results. Past events cannot be counted, but asked for, before all years are `complete`.
 */
export const showChoices = (state, counts, total, complete) => {
  for (const [place, { link, parameter, key, count }] of choices.entries()) {
    const chosen = isChosen(state, parameter, key);
    const number = chosen && !PARAMETERS.includes(parameter) ? total : counts[place];
    const unknown = parameter === "past" && !complete;
    count.textContent = unknown ? "" : String(number);
    const isEmpty = number === 0 && !chosen && !unknown;
    link.parentElement.hidden = isEmpty && FACETS.includes(parameter);
    if (isEmpty) link.removeAttribute("href");
    else link.href = addressOf(toggled(state, parameter, key));
  }
  markChosen(state);
};
