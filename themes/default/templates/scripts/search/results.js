// The results of a search as cards, and their number.
import { cardOf } from "../page/cards.js";
import { pageAddress } from "../page/dom.js";
import { showStars } from "../page/stars.js";
import { addressOf, chosenOf, toggled } from "./address.js";
import { comingNext, exactly, isAny, similar, widerOf } from "./answers.js";
import { addMonths, markChosen, nameOf, showChoices } from "./choices.js";
import { countsOf } from "./counting.js";
import { isLoaded, loadedEntries } from "./entries.js";
import { nearestFirst, showDistance } from "./near.js";
import { settings } from "./settings.js";
import { marked, wordsIn } from "./text.js";

const FIRST = 6; // cards on a phone's first screen, painted before the others, so that a key is answered at once
const LATEST = 300; // milliseconds after which idle work is done all the same
const SUGGESTED = 5; // events that are shown where nothing fits

export const part = (name) => document.querySelector(`#finder-${name}`);

/** Says that cards, counts and choices are still to follow. */
export const setBusy = (busy) => {
  const finder = document.querySelector("#finder");
  if (busy) finder.setAttribute("aria-busy", "true");
  else finder.removeAttribute("aria-busy");
};

let round = 0;
const whenIdle = (act) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: LATEST }) : setTimeout(act);

/** Acts after the next painting, one by one, so that a key can come between; not at all once another search begins. */
const afterPainting = (...acts) => {
  const own = ++round;
  requestAnimationFrame(() => acts.forEach((act) => whenIdle(() => own === round && act())));
};

const numbered = (text, count) => text.replace("{count}", count);

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
    item.firstChild.setAttribute("aria-label", settings.remove.replace("{choice}", () => nameOf(choice)));
    return item;
  });
  const words = settings.words.replace("{words}", () => state.words);
  if (state.words) items.push(linkTo({ ...state, words: "" }, `${words} ×`));
  part("chosen").replaceChildren(...items);
};

/** Offers what fits when one condition is left out. */
const showWider = (wider) => {
  part("wider").hidden = !wider.length;
  const text = ({ name, results }) => numbered(settings.without, results.length).replace("{choice}", () => name);
  part("wider").replaceChildren(...wider.map((one) => linkTo(one.state, text(one))));
};

/** How many events were found, and how many of what was found are called off. */
const countText = ({ results, off, said }, suggested) => {
  const also = off.length ? numbered(settings.also, off.length) : "";
  if (results.length) return numbered(said ?? settings.count, results.length) + also;
  if (off.length) return numbered(settings.off, off.length);
  return suggested.length ? `${settings.nothing} ${settings.instead}` : settings.nothing;
};

/**
 * Shows what was found, else `suggested` events, and at last what is called off: some cards now, the others and the
 * counts after the painting.
 */
const show = ({ state, most, atOnce, now, entries }, found, suggested = []) => {
  const { asked, answers, results, off } = found;
  const number = results.length;
  const ordered = [...nearestFirst(number ? results : suggested), ...off];
  const wanted = wordsIn(asked.words);
  const mark = (text) => marked(text, wanted);
  const card = (one) => showDistance(cardOf(one, now, mark), one.event, settings);
  const cards = (first, last) => ordered.slice(first, last).map(card);
  part("cards").replaceChildren(...cards(0, Math.min(atOnce, most)));
  showStars();
  part("count").textContent = countText(found, suggested);
  part("show").textContent = numbered(settings.show, number);
  part("more").hidden = ordered.length <= most;
  const showOthers = () => {
    part("cards").append(...cards(atOnce, most));
    showStars();
  };
  const showCounts = () => {
    addMonths(entries, now);
    const counts = countsOf(answers, entries, asked, now);
    showChoices(state, counts, number, settings.years.every(isLoaded));
    setBusy(false);
  };
  afterPainting(showOthers, showCounts);
};

/** Shows what is similar, or else what fits with one condition fewer and some events. */
const showInstead = (search, exact) => {
  const { state, now, entries } = search;
  const found = similar(entries, exact, now);
  if (found) {
    show(search, found);
    return;
  }
  const wider = widerOf(entries, state, now);
  showWider(wider);
  show(search, exact, (wider[0]?.results ?? comingNext(entries, now)).slice(0, SUGGESTED));
};

/** Shows up to `most` results, `atOnce` of them before the painting. Where there are none, the rest follows later. */
export const showResults = (state, most, atOnce = FIRST) => {
  setBusy(true);
  const search = { state, most, atOnce, now: new Date(), entries: loadedEntries() };
  const exact = exactly(search.entries, state, search.now);
  markChosen(state);
  showChosen(state);
  showWider([]);
  part("clear").hidden = addressOf(state) === pageAddress;
  if (isAny(exact)) {
    show(search, exact);
    return;
  }
  part("cards").replaceChildren();
  part("count").textContent = settings.nothing;
  afterPainting(() => showInstead(search, exact));
};
