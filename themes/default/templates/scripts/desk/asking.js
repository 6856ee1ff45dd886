// Asks the server of this run, with the token that the address of the desk had.
import { deskWords } from "./deskwords.js";

const KEPT = "almanac-desk";
const PLACE = "/__almanac__/desk/";

/** Takes the token out of the address, so that nobody reads it there. */
const tokenOf = () => {
  const given = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (given) {
    localStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(KEPT) ?? "";
};

const token = tokenOf();

/** An answer that is no success: its status, and what it says. */
export const Refusal = class extends Error {
  constructor(status, value) {
    super(value.message);
    Object.assign(this, { status, value });
  }
};

const MEANT = { 403: "notOpened", 413: "tooLarge", 503: "busy" };

/** The answer to a request. Throws a Refusal, with a message that people understand. */
export const ask = async (action, values = {}) => {
  const headers = { "Content-Type": "application/json", "X-Almanac-Token": token };
  const options = { method: "POST", headers, body: JSON.stringify(values) };
  const answer = await fetch(PLACE + action, options).catch(() => {
    throw new Refusal(0, { message: deskWords.ended });
  });
  const value = await answer.json().catch(() => ({}));
  if (answer.ok) return value;
  const message = value.message || deskWords[MEANT[answer.status]] || deskWords.failed;
  throw new Refusal(answer.status, { ...value, message });
};
