// What the form holds: the draft, the file that it changes if there is one, and the published events.
import { form } from "./settings.js";

export const fields = new Map(form.fields.map((field) => [field.key, field]));

/**
 * `asked` names the event that is changed, and is empty for a new one. `source` is the file that is changed, `before`
 * what the form makes of it; both are undefined for a new event. `isTried`: whether somebody has tried to send.
 * `repeats` is the control of the rule. `told` are problems that another program has found in the file.
 */
export const state = {
  asked: "",
  draft: { typed: {}, body: "" },
  source: undefined,
  before: undefined,
  isTried: false,
  events: [],
  repeats: undefined,
  told: [],
};

/** The id of the event that is changed; undefined for a new one. */
export const ownId = () => state.source?.tree.id ?? state.source?.path.split("/").at(-1).replace(/\.md$/, "");

/** Says that something was typed, which is kept and shown then. */
export const sayTyped = () => document.dispatchEvent(new Event("typed"));
