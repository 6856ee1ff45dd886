// Fills the page with controls, and the draft with what they hold, with usual values and with dates in words.
import { all } from "../page/dom.js";
import { fieldControl } from "./controls.js";
import { nextSession } from "./lists.js";
import { showNeeded } from "./needed.js";
import { repeatControl } from "./repeats.js";
import { form, part } from "./settings.js";
import { spokenControl } from "./spoken.js";
import { fields, sayTyped, state } from "./state.js";
import { typedOf } from "./typing.js";

const isEmpty = (value) => value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** Fills what a programme always has into keys that are empty, and the themes of the month. */
const fillUsual = () => {
  const usual = form.programmes[state.draft.typed.programme];
  if (!usual) return;
  const month = state.draft.typed.start?.slice(0, 7);
  const themes = usual.themes?.[month];
  const values = typedOf(form, { ...usual.values, ...(themes ? { theme: themes } : {}) });
  const { typed } = state.draft;
  for (const [key, value] of Object.entries(values)) if (isEmpty(typed[key])) typed[key] = value;
  draw();
};

/** Makes the controls of some keys anew. */
export const redraw = (keys) => {
  for (const key of keys) document.querySelector(`[data-path="${key}"]`).replaceWith(controlFor(key));
  showNeeded();
};

/**
 * Who adds a date to one that was typed before wants two: the first session takes that start and end, since an event
 * with sessions has none of its own.
 */
const withStart = (sessions) => {
  const { start, end } = state.draft.typed;
  if (sessions.length !== 1 || !start || sessions[0].start) return sessions;
  Object.assign(state.draft.typed, { start: "", end: "" });
  redraw(["start", "end"]);
  const first = { ...sessions[0], start, end: end ?? "" };
  return [first, nextSession([first])];
};

const valueAt = (key) => ({
  get: () => state.draft.typed[key],
  set: (value) => {
    state.draft.typed[key] = key === "sessions" ? withStart(value) : value;
    sayTyped();
    if (key === "start") state.repeats?.follow();
  },
});

const controlFor = (key) => {
  const field = fields.get(key);
  if (key === "repeat") {
    state.repeats = repeatControl(field, valueAt(key), () => state.draft.typed.start);
    return state.repeats.box;
  }
  return fieldControl(field, [key], valueAt(key));
};

/** Takes dates in words as the start and the end. */
const takeSpan = (span) => {
  Object.assign(state.draft.typed, span);
  redraw(["start", "end"]);
  state.repeats?.follow();
  sayTyped();
};

/** The control of a key; dates in words stand before the start. */
const controlsFor = (key) => [...(key === "start" ? [spokenControl("admin-when", takeSpan)] : []), controlFor(key)];

/** Makes all controls anew from the draft. */
export const draw = () => {
  for (const place of all("[data-keys]")) place.replaceChildren(...place.dataset.keys.split(" ").flatMap(controlsFor));
  showNeeded();
  part("body").value = state.draft.body;
  document.querySelector("[data-path='programme'] select")?.addEventListener("change", fillUsual);
};
