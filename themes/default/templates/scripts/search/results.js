// The results of a search as cards, and their number.
import { cardOf } from "../page/cards.js";
import { showStars } from "../page/stars.js";
import { addressOf } from "./address.js";
import { addMonths, labels, markChosen, showChoices } from "./choices.js";
import { countsOf } from "./counting.js";
import { isLoaded, loadedEntries } from "./entries.js";
import { fitting, wordedNow } from "./filtering.js";
import { marked, wordsIn } from "./text.js";

const FIRST = 6; // cards on a phone's first screen, painted before the others, so that a key is answered at once
const LATEST = 300; // milliseconds after which idle work is done all the same

export const part = (name) => document.querySelector(`#finder-${name}`);
export const settings = JSON.parse(part("settings").textContent);

let round = 0;
const whenIdle = (act) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: LATEST }) : setTimeout(act);

/** Acts after the next painting, one by one, so that a key can come between; not at all once another search begins. */
const afterPainting = (...acts) => {
  const own = ++round;
  requestAnimationFrame(() => acts.forEach((act) => whenIdle(() => own === round && act())));
};

/** Shows up to `most` results: `atOnce` cards now, the other cards and the counts of choices after the painting. */
export const showResults = (state, most, atOnce = FIRST) => {
  const now = new Date();
  const entries = loadedEntries();
  const wanted = wordsIn(state.words);
  const answers = wordedNow(entries, state, now);
  const results = fitting(answers, state, now);
  const mark = (text) => marked(text, wanted);
  const cards = (first, last) => results.slice(first, last).map((one) => cardOf(one, now, labels, mark));
  part("cards").replaceChildren(...cards(0, Math.min(atOnce, most)));
  showStars();
  part("count").textContent = results.length ? settings.count.replace("{count}", results.length) : settings.nothing;
  part("clear").hidden = addressOf(state) === location.pathname;
  part("more").hidden = results.length <= most;
  markChosen(state);
  const showOthers = () => {
    part("cards").append(...cards(atOnce, most));
    showStars();
  };
  const showCounts = () => {
    addMonths(entries, now);
    const counts = countsOf(answers, entries, state, now);
    showChoices(state, counts, results.length, settings.years.every(isLoaded));
  };
  afterPainting(showOthers, showCounts);
};
