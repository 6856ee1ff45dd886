// Loads the data again and again, and passes them on when their set is whole.
import { root } from "../page/dom.js";
import { learnTime, notBefore } from "./clock.js";
import { datesOf } from "./dates.js";
import { ask, keepSet, keptText } from "./keeping.js";

const FORMAT = 1; // of the data that this script reads
const USUAL_WAIT = 5 * 60_000; // milliseconds between looks at the server
const SHORT_WAIT = 60_000; // after a failure
const FIRST_WAIT = 15_000; // as long as no set is whole

let shown; // the version on the screen
let kept; // the version of the set that is whole
let busy = false;
let due = 0; // time of the next look, in milliseconds since the page began: a clock that is set jumps

const take = (data, show) => {
  shown = data.version;
  root.dataset.version = data.version;
  show(data, datesOf(data));
};

const keptIs = (version) => {
  kept = version;
  root.dataset.kept = version;
};

const look = async (show) => {
  const answer = await ask("data.json");
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  const data = JSON.parse(text);
  notBefore(new Date(data.built));
  learnTime(answer);
  if (data.format !== FORMAT || data.version === kept) return;
  if (!shown) take(data, show); // something to show is better than nothing; all later data wait for their set
  await keepSet(data, text);
  keptIs(data.version);
  if (data.version !== shown) take(data, show);
};

/** Shows the set that is kept, if there is one. */
export const showKept = async (show) => {
  try {
    const data = JSON.parse((await keptText()) ?? "null");
    if (data?.format !== FORMAT || shown) return;
    notBefore(new Date(data.built));
    keptIs(data.version);
    take(data, show);
  } catch {
    // Damaged data are as good as none.
  }
};

/** Looks at the server if it is time to; a failure changes nothing that is shown. */
export const lookIfDue = async (show) => {
  if (busy || performance.now() < due) return;
  busy = true;
  try {
    await look(show);
    root.dataset.look = "done"; // for people who look for the cause of a trouble
    due = performance.now() + USUAL_WAIT;
  } catch {
    root.dataset.look = "failed";
    due = performance.now() + (kept ? SHORT_WAIT : FIRST_WAIT);
  } finally {
    busy = false;
  }
};
