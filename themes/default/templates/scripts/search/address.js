// What a visitor asks for, as a state, and the address that keeps it.
import { pageAddress } from "../page/dom.js";

export const FLAGS = ["free", "signup", "online", "wheelchair", "past"];

/** The parameters of an event's own values, then those of its dates. Each may have several keys, joined by "or". */
export const PARAMETERS = ["district", "audience", "age", "form", "theme", "programme", "organiser"];
export const TIMES = ["weekday", "part", "length"];
const LISTS = [...PARAMETERS, ...TIMES];

const MOST_TYPED = 200; // characters of words, as many as the field takes: looking for a book would stop the page

/** The state of an address: `words` and `date` as texts, a set of keys for each parameter, a boolean for each flag. */
export const stateOf = (address) => {
  const query = new URLSearchParams(address);
  const state = { words: (query.get("q") ?? "").slice(0, MOST_TYPED), date: query.get("date") ?? "" };
  for (const parameter of LISTS) state[parameter] = new Set(query.getAll(parameter).filter(Boolean));
  for (const flag of FLAGS) state[flag] = query.get(flag) === "1";
  return state;
};

/** The address of a state: a query, or that of the page where nothing is asked for. */
export const addressOf = (state) => {
  const query = new URLSearchParams();
  if (state.words) query.set("q", state.words);
  if (state.date) query.set("date", state.date);
  for (const parameter of LISTS) for (const key of state[parameter]) query.append(parameter, key);
  for (const flag of FLAGS) if (state[flag]) query.set(flag, "1");
  const text = query.toString();
  return text ? `?${text}` : pageAddress;
};

export const isChosen = (state, parameter, key) => {
  if (parameter === "date") return state.date === key;
  return FLAGS.includes(parameter) ? state[parameter] : state[parameter].has(key);
};

/** The state with one choice made, or taken back where it was made before. */
export const toggled = (state, parameter, key) => {
  if (parameter === "date") return { ...state, date: state.date === key ? "" : key };
  if (FLAGS.includes(parameter)) return { ...state, [parameter]: !state[parameter] };
  const keys = new Set(state[parameter]);
  if (!keys.delete(key)) keys.add(key);
  return { ...state, [parameter]: keys };
};

/** The state with the only choice `key` of a parameter of dates. */
export const withOnly = (state, parameter, key) => ({
  ...state,
  [parameter]: parameter === "date" ? key : new Set([key]),
});

/** Every choice of a state as parameter and key; flags have the key 1. */
export const chosenOf = (state) => [
  ...(state.date ? [["date", state.date]] : []),
  ...LISTS.flatMap((parameter) => [...state[parameter]].map((key) => [parameter, key])),
  ...FLAGS.filter((flag) => state[flag]).map((flag) => [flag, "1"]),
];
