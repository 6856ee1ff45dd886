// The answers to what is asked: exact ones, similar ones, and those with one condition fewer.
import { dayOf } from "../page/days.js";
import { chosenOf, stateOf, toggled } from "./address.js";
import { nameOf } from "./choices.js";
import { isOffer } from "./dates.js";
import { datedNow, fitting, wordedNow } from "./filtering.js";
import { settings } from "./settings.js";
import { wordsIn } from "./text.js";
import { nearly, understood } from "./understanding.js";

/** What fits among some answers: `results`, which are counted, and apart from them what is called `off`. */
const resultsOf = (answers, asked, now) => {
  const found = fitting(answers, asked, now);
  const results = found.filter(({ date }) => isOffer(date));
  return { asked, answers, results, off: found.filter(({ date }) => !isOffer(date)) };
};
const worded = (entries, asked, now) => resultsOf(wordedNow(entries, asked, now), asked, now);

/** Whether anything is found, be it called off. */
export const isAny = ({ results, off }) => results.length + off.length > 0;

/** The results of a state as its words are meant; if there are none, those that hold the words letter by letter. */
export const exactly = (entries, state, now) => {
  const asked = understood(state, dayOf(now));
  const meant = worded(entries, asked, now);
  if (isAny(meant) || asked.words === state.words) return meant;
  const literal = worded(entries, state, now);
  return isAny(literal) ? literal : meant;
};

/** The results whose pinyin holds the words, else those that hold them but for one character. */
export const similar = (entries, { asked }, now) => {
  const { answers } = datedNow(entries, asked, now);
  const wanted = wordsIn(asked.words);
  const patterns = wanted.map(nearly);
  const tests = [
    ({ entry }) => wanted.every((word) => entry.pinyin.includes(word) || entry.haystack.includes(word)),
    ({ entry }) => patterns.every((pattern) => pattern.test(entry.haystack)),
  ];
  for (const test of wanted.length ? tests : []) {
    const found = answers.filter(test);
    const alike = resultsOf(found, asked, now);
    if (isAny(alike)) return { ...alike, said: settings.near };
  }
  return undefined;
};

/** Every state with one condition fewer that has results, with the name of that condition. */
export const widerOf = (entries, state, now) => {
  const without = chosenOf(state).map((choice) => ({ name: nameOf(choice), state: toggled(state, ...choice) }));
  if (state.words) without.push({ name: state.words, state: { ...state, words: "" } });
  const found = without.map((one) => ({ ...one, results: exactly(entries, one.state, now).results }));
  return found.filter(({ results }) => results.length).sort((one, other) => other.results.length - one.results.length);
};

/** Everything to come. */
export const comingNext = (entries, now) =>
  datedNow(entries, stateOf(""), now).answers.filter(({ date }) => isOffer(date));
