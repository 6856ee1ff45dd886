// Fills the page with controls, and the draft with what they hold, with usual values and with dates in words.
import { dayOf } from "../page/days.js";
import { all } from "../page/dom.js";
import { fieldControl } from "./controls.js";
import { repeatControl } from "./repeats.js";
import { form, part } from "./settings.js";
import { fields, sayTyped, state } from "./state.js";
import { typedOf } from "./typing.js";
import { spanIn } from "./wording.js";

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

const redraw = (keys) => {
  for (const key of keys) document.querySelector(`[data-path="${key}"]`).replaceWith(controlFor(key));
};

/** The first session takes the start and the end that were typed before: an event with sessions has none of its own. */
const withStart = (sessions) => {
  const { start, end } = state.draft.typed;
  if (sessions.length !== 1 || !start || sessions[0].start) return sessions;
  Object.assign(state.draft.typed, { start: "", end: "" });
  redraw(["start", "end"]);
  return [{ ...sessions[0], start, end: end ?? "" }];
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

/** Makes all controls anew from the draft. */
export const draw = () => {
  for (const place of all("[data-keys]")) place.replaceChildren(...place.dataset.keys.split(" ").map(controlFor));
  part("body").value = state.draft.body;
  document.querySelector("[data-path='programme'] select")?.addEventListener("change", fillUsual);
};

/** Reads dates in words into start and end. */
export const readWords = () => {
  const span = spanIn(part("when").value, dayOf(new Date()), form.dates);
  part("when-wrong").hidden = Boolean(span) || !part("when").value.trim();
  if (!span) return;
  state.draft.typed.start = span.start;
  state.draft.typed.end = span.end ?? "";
  redraw(["start", "end"]);
  state.repeats?.follow();
  sayTyped();
};
