// Which entries fit what is asked for. What the last question has in common with the next one is kept.
import { dayOf } from "../page/days.js";
import { signupState } from "../page/states.js";
import { FLAGS, PARAMETERS, TIMES } from "./address.js";
import { fitsOf, shownDate } from "./dates.js";
import { plain, wordsIn } from "./text.js";

const A_MINUTE = 60_000; // milliseconds for which times of events are not compared again
const NUMBERS = [...PARAMETERS.keys()];

const canSignUp = ({ opens, deadline }, { starts, status }, now) =>
  signupState({ opens, deadline, starts, status }, now) === "open";

/** Whether a date of an event fits a flag at a moment. */
export const flagHolds = {
  free: (event) => event.free,
  online: (event) => event.online,
  wheelchair: (event) => event.wheelchair,
  signup: canSignUp,
};

/** The numbers of the parameters of which a key is chosen. */
export const chosenIn = (state) => NUMBERS.filter((number) => state[PARAMETERS[number]].size);

/** Whether one of the chosen keys of a parameter is the entry's. */
export const meets = ({ keys }, number, state) => keys[number].some((key) => state[PARAMETERS[number]].has(key));

/** A function that says whether a date of an event fits all chosen flags. */
export const allFlagsHold = (state, moment) => {
  const flags = FLAGS.filter((flag) => state[flag] && flag !== "past");
  return flags.length ? (event, date) => flags.every((flag) => flagHolds[flag](event, date, moment)) : () => true;
};

const byDate = (one, other) => one.date.from - other.date.from || (one.event.id < other.event.id ? -1 : 1);

let dated = {}; // the last answer of `datedNow`

/**
 * Every entry as `{entry, event, date}` with the date to show: first what is to come, then what is past, the latest
 * first, at last entries without a date that fits. Most choices and all words leave this list as it is.
 */
export const datedNow = (entries, state, moment) => {
  const { date: day, past } = state;
  const times = TIMES.flatMap((parameter) => [parameter, ...state[parameter]]);
  const question = JSON.stringify([day, ...times, past, Math.floor(moment / A_MINUTE)]);
  if (dated.question === question && dated.entries === entries) return dated;
  const now = moment.getTime();
  const fits = fitsOf(state, dayOf(moment));
  const [ahead, over, never] = [[], [], []];
  for (const entry of entries) {
    const date = shownDate(entry, past, now, fits);
    const list = !date ? never : date.until > now ? ahead : over;
    list.push({ entry, event: entry.event, date });
  }
  const answers = [...ahead.sort(byDate), ...over.sort((one, other) => byDate(other, one)), ...never];
  dated = { question, entries, answers, narrowed: { text: "", answers } };
  return dated;
};

/**
 * The dated entries that hold every word. What was left at each beginning of a text is kept: a character that is typed
 * searches what the characters before it have left, and one that is taken back searches nothing.
 */
export const wordedNow = (entries, state, moment) => {
  const all = datedNow(entries, state, moment);
  const text = plain(state.words);
  while (!text.startsWith(all.narrowed.text)) all.narrowed = all.narrowed.wider;
  if (text !== all.narrowed.text) {
    const wanted = wordsIn(text);
    const holds = ({ entry }) => wanted.every((word) => entry.haystack.includes(word));
    all.narrowed = { text, answers: all.narrowed.answers.filter(holds), wider: all.narrowed };
  }
  return all.narrowed.answers;
};

/** The answers that fit every choice. */
export const fitting = (answers, state, moment) => {
  const chosen = chosenIn(state);
  const holds = allFlagsHold(state, moment);
  const meetsAll = (entry) => chosen.every((number) => meets(entry, number, state));
  return answers.filter(({ entry, event, date }) => date && meetsAll(entry) && holds(event, date));
};
