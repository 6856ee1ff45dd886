// How many of some answers each choice would give, every other choice staying as it is.
import { dayOf } from "../page/days.js";
import { addressOf, PARAMETERS, TIMES, withOnly } from "./address.js";
import { choices, placeOf } from "./choices.js";
import { fitsOf, isOffer, shownDate } from "./dates.js";
import { allFlagsHold, chosenIn, datedNow, flagHolds, meets } from "./filtering.js";

/** A function that gives, for an answer, the places of all choices that would count it. */
const placing = (state, moment) => {
  const now = moment.getTime();
  const today = dayOf(moment);
  const fits = fitsOf(state, today);
  const chosen = chosenIn(state);
  const holds = allFlagsHold(state, moment);
  const placed = choices.map(({ parameter, key }, place) => ({ parameter, key, place }));
  const flags = placed.filter(({ parameter }) => parameter in flagHolds && !state[parameter]);
  const dates = placed
    .filter(({ parameter }) => parameter === "date" || TIMES.includes(parameter))
    .map(({ parameter, key, place }) => ({ place, fits: fitsOf(withOnly(state, parameter, key), today) }));
  const past = placeOf.get("past/1");
  return ({ entry, event, date }) => {
    const missed = chosen.filter((number) => !meets(entry, number, state));
    if (missed.length > 1) return []; // no single choice would bring it back
    const shown = isOffer(date) && holds(event, date);
    const numbers = missed.length ? missed : PARAMETERS.keys();
    const found = shown ? [...numbers].flatMap((number) => entry.places[number]) : [];
    if (missed.length) return found;
    for (const { parameter, place } of shown ? flags : []) {
      if (flagHolds[parameter](event, date, moment)) found.push(place);
    }
    const withPast = state.past ? undefined : shownDate(entry, true, now, fits);
    if (isOffer(withPast) && holds(event, withPast)) found.push(past);
    if (entry.until <= now && !state.past) return found;
    for (const one of dates) {
      const then = shownDate(entry, state.past, now, one.fits);
      if (isOffer(then) && holds(event, then)) found.push(one.place);
    }
    return found;
  };
};

let counted = {}; // the places of answers under the last choices, however much is typed meanwhile

/** The number of answers for each choice, by its place. */
export const countsOf = (answers, entries, state, moment) => {
  const question = addressOf({ ...state, words: "" });
  const dated = datedNow(entries, state, moment);
  if (counted.question !== question || counted.dated !== dated) {
    counted = { question, dated, placesOf: placing(state, moment), places: new Map() };
  }
  const { places, placesOf } = counted;
  const counts = new Uint32Array(choices.length);
  for (const one of answers) {
    if (!places.has(one)) places.set(one, placesOf(one));
    for (const place of places.get(one)) counts[place] += 1;
  }
  return counts;
};
