// How a date of an event stands at a moment: called off, to come, running or over, and whether one can sign up.

import { A_DAY } from "./days.js";
import { root } from "./dom.js";

/** The moment of an ISO 8601 text; undefined where the text is empty. */
export const momentOf = (text) => (text ? new Date(text) : undefined);

/** The times and the status that an element carries as data attributes. */
export const timesOf = ({ dataset }) => ({
  starts: momentOf(dataset.starts),
  ends: momentOf(dataset.ends),
  opens: momentOf(dataset.opens),
  deadline: momentOf(dataset.deadline),
  status: dataset.status,
});

export const isCalledOff = (status) => ["cancelled", "postponed"].includes(status);

/**
 * How signing up for a date stands: "notYet", "open", "closed", or empty where nothing is known. Without a known
 * opening it counts as open only in the last days before the date; it closes at the date's beginning at the latest.
 */
export const signupState = ({ opens, deadline, starts, status }, now) => {
  if (isCalledOff(status) || status === "full" || (!opens && !deadline)) return "";
  if (now >= starts || now >= deadline) return "closed";
  if (opens) return now < opens ? "notYet" : "open";
  return starts - now > Number(root.dataset.signupDays) * A_DAY ? "" : "open";
};

const DAYS_OF_NEWS = 14;

/** Whether a change at an instant, given as text, is still news. */
export const isNews = (text, now) => Boolean(text) && now - momentOf(text) < DAYS_OF_NEWS * A_DAY;

/** Shows a text on a badge, which stays hidden without one. `kind` is "running", "open" or anything else. */
export const showBadge = (badge, text, kind = "") => {
  if (!badge) return;
  badge.textContent = text;
  badge.hidden = !text;
  badge.classList.toggle("running", kind === "running");
  badge.classList.toggle("open", kind === "open");
};
