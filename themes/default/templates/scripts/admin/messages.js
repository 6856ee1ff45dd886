// Messages of `check`, with their values.

/** A message with values in place of its placeholders. */
export const filled = (message, values = {}) =>
  message.replace(/\{\{|\}\}|\{(\w+)(?::[^}]*)?\}/g, (found, name) => (name ? String(values[name]) : found[0]));

/** What is wrong with a value: a name of a message, its values, and those of its hint. */
export const Unreadable = class extends Error {
  constructor(name, values = {}) {
    super(name);
    Object.assign(this, { name, values });
  }
};

const WARNINGS = ["mobile", "identity", "taken", "twice"];

/**
 * A problem as people read it. `isWarning` ones prevent nothing. `path` leads to the value; `hint` says what helps and
 * may be empty.
 */
export const problemOf = (form, path, { name, values }) => ({
  path,
  name,
  isWarning: WARNINGS.includes(name),
  message: filled(form.messages[name], values),
  hint: filled(form.messages[values.hint ?? `${name}_hint`] ?? "", values),
});
