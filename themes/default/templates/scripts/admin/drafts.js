// The draft of this browser: what is typed survives a closed window and a crash.
import { root } from "../page/dom.js";

const PLACE = `almanac-admin ${root.dataset.base}`;

/** What was typed before; an empty draft where there is none, or none that can be read. */
export const keptDraft = () => {
  try {
    return { typed: {}, body: "", ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch {
    return { typed: {}, body: "" };
  }
};

/** Keeps what is typed. Returns whether the browser could. */
export const keepDraft = (draft) => {
  try {
    localStorage.setItem(PLACE, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
};
