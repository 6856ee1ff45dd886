// The drafts of this browser, one for a new event and one for each that is changed: they survive a crash.
import { root } from "../page/dom.js";

const placeOfDraft = (event) => `almanac-admin ${root.dataset.base}${event}`;

/** What was typed before; `fresh` where there is nothing, or nothing that can be read. */
export const keptDraft = (event, fresh) => {
  try {
    return { ...fresh, ...JSON.parse(localStorage.getItem(placeOfDraft(event)) ?? "{}") };
  } catch {
    return fresh;
  }
};

/** Forgets what was typed. */
export const dropDraft = (event) => localStorage.removeItem(placeOfDraft(event));

/** Keeps what is typed. Returns whether the browser could. */
export const keepDraft = (event, draft) => {
  try {
    localStorage.setItem(placeOfDraft(event), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
};
