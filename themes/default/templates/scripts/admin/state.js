// What the form holds: the draft, the file that it changes if there is one, and the published events.
import { form } from "./settings.js";

/** The address of the event that is changed; empty for a new one. */
export const asked = /^\/events\/[^/]+\/$/.exec(new URLSearchParams(location.search).get("event") ?? "")?.[0] ?? "";

export const fields = new Map(form.fields.map((field) => [field.key, field]));

/**
 * `source` is the file that is changed, `before` what the form makes of it; both are undefined for a new event.
 * `isTried`: whether somebody has tried to send. `repeats` is the control of the rule.
 */
export const state = {
  draft: { typed: {}, body: "" },
  source: undefined,
  before: undefined,
  isTried: false,
  events: [],
  repeats: undefined,
};

/** Says that something was typed, which is kept and shown then. */
export const sayTyped = () => document.dispatchEvent(new Event("typed"));
