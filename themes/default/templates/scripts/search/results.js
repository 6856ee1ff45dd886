// The results of a search as cards, and their number.
import { cardOf } from "../page/cards.js";
import { dayOf } from "../page/days.js";
import { showStars } from "../page/stars.js";
import { addressOf, chosenOf, toggled } from "./address.js";
import { addMonths, labels, markChosen, showChoices } from "./choices.js";
import { countsOf } from "./counting.js";
import { isLoaded, loadedEntries } from "./entries.js";
import { datedNow, fitting, wordedNow } from "./filtering.js";
import { nearestFirst, showDistance } from "./near.js";
import { settings } from "./settings.js";
import { marked, wordsIn } from "./text.js";
import { nearly, understood } from "./understanding.js";

const FIRST = 6; // cards on a phone's first screen, painted before the others, so that a key is answered at once
const LATEST = 300; // milliseconds after which idle work is done all the same
const SUGGESTED = 5; // events that are shown where nothing fits

export const part = (name) => document.querySelector(`#finder-${name}`);

let round = 0;
const whenIdle = (act) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: LATEST }) : setTimeout(act);

/** Acts after the next painting, one by one, so that a key can come between; not at all once another search begins. */
const afterPainting = (...acts) => {
  const own = ++round;
  requestAnimationFrame(() => acts.forEach((act) => whenIdle(() => own === round && act())));
};

const numbered = (text, count) => text.replace("{count}", count);

const resultsOf = (entries, asked, now) => {
  const answers = wordedNow(entries, asked, now);
  return { asked, answers, results: fitting(answers, asked, now) };
};

/** The results of a state as its words are meant; if there are none, those that hold the words letter by letter. */
const exactly = (entries, state, now) => {
  const asked = understood(state, dayOf(now));
  const meant = resultsOf(entries, asked, now);
  if (meant.results.length || asked.words === state.words) return meant;
  const literal = resultsOf(entries, state, now);
  return literal.results.length ? literal : meant;
};

/** The results whose pinyin holds the words, else those that hold them but for one character. */
const similar = (entries, { asked }, now) => {
  const { answers } = datedNow(entries, asked, now);
  const wanted = wordsIn(asked.words);
  const patterns = wanted.map(nearly);
  const tests = [
    ({ entry }) => wanted.every((word) => entry.pinyin.includes(word) || entry.haystack.includes(word)),
    ({ entry }) => patterns.every((pattern) => pattern.test(entry.haystack)),
  ];
  for (const test of wanted.length ? tests : []) {
    const found = answers.filter(test);
    const results = fitting(found, asked, now);
    if (results.length) return { asked, answers: found, results, said: settings.near };
  }
  return undefined;
};

const nameOf = ([parameter, key]) => labels.get(`${parameter}/${key}`) ?? key;

/** Every state with one condition fewer that has results, with the name of that condition. */
const widerOf = (entries, state, now) => {
  const without = chosenOf(state).map((choice) => ({ name: nameOf(choice), state: toggled(state, ...choice) }));
  if (state.words) without.push({ name: state.words, state: { ...state, words: "" } });
  const found = without.map((one) => ({ ...one, results: exactly(entries, one.state, now).results }));
  return found.filter(({ results }) => results.length).sort((one, other) => other.results.length - one.results.length);
};

const linkTo = (state, text) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = addressOf(state);
  link.textContent = text;
  item.append(link);
  return item;
};

/** The choices above the results, each a link that takes it back. */
const showChosen = (state) => {
  const items = chosenOf(state).map((choice) => {
    const item = linkTo(toggled(state, ...choice), `${nameOf(choice)} ×`);
    item.firstChild.setAttribute("aria-label", settings.remove.replace("{choice}", nameOf(choice)));
    return item;
  });
  if (state.words) items.push(linkTo({ ...state, words: "" }, `${settings.words.replace("{words}", state.words)} ×`));
  part("chosen").replaceChildren(...items);
};

/** Offers what fits when one condition is left out. */
const showWider = (wider) => {
  part("wider").hidden = !wider.length;
  const text = ({ name, results }) => numbered(settings.without.replace("{choice}", name), results.length);
  part("wider").replaceChildren(...wider.map((one) => linkTo(one.state, text(one))));
};

/** Shows up to `most` results: `atOnce` cards now, the other cards and the counts of choices after the painting. */
export const showResults = (state, most, atOnce = FIRST) => {
  const now = new Date();
  const entries = loadedEntries();
  const exact = exactly(entries, state, now);
  const found = (exact.results.length ? undefined : similar(entries, exact, now)) ?? exact;
  const { asked, answers } = found;
  const number = found.results.length;
  const wider = number ? [] : widerOf(entries, state, now);
  const ahead = () => datedNow(entries, { ...asked, date: "", weekday: new Set(), part: new Set() }, now).answers;
  const suggested = () => (wider[0]?.results ?? ahead().filter(({ date }) => date)).slice(0, SUGGESTED);
  const results = nearestFirst(number ? found.results : suggested());
  const wanted = wordsIn(asked.words);
  const mark = (text) => marked(text, wanted);
  const card = (one) => showDistance(cardOf(one, now, mark), one.event, settings.distance);
  const cards = (first, last) => results.slice(first, last).map(card);
  part("cards").replaceChildren(...cards(0, Math.min(atOnce, most)));
  showStars();
  const none = results.length ? `${settings.nothing} ${settings.instead}` : settings.nothing;
  part("count").textContent = number ? numbered(found.said ?? settings.count, number) : none;
  part("show").textContent = numbered(settings.show, number);
  part("clear").hidden = addressOf(state) === location.pathname;
  part("more").hidden = results.length <= most;
  markChosen(state);
  showChosen(state);
  showWider(wider);
  const showOthers = () => {
    part("cards").append(...cards(atOnce, most));
    showStars();
  };
  const showCounts = () => {
    addMonths(entries, now);
    const counts = countsOf(answers, entries, asked, now);
    showChoices(state, counts, number, settings.years.every(isLoaded));
  };
  afterPainting(showOthers, showCounts);
};
