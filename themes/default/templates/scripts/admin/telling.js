// The event as a text that people read, and that `almanac new --from-text` reads back.
import { keyOf, shownName } from "./names.js";
import { isMapping } from "./writing.js";

const BETWEEN = " · ";
const COLON = "：";

/** The line of a value below a label. */
const wordOf = (form, field, value, words) => {
  if (Array.isArray(value)) return value.join(", ");
  if (field.kind === "flag") return { true: words.yes, false: words.no }[value];
  if (field.choices) return field.choices.find(([one]) => one === value)?.[1] ?? value;
  const shown = field.to && shownName(form, field.to, value);
  return shown && keyOf(form, field.to, shown) === value ? shown : value;
};

const linesOf = (form, fields, tree, before, words) =>
  fields.filter(({ key }) => key in tree).flatMap((field) => {
    const label = before + field.label;
    const one = (value, name) =>
      isMapping(value)
        ? linesOf(form, field.fields, value, name + BETWEEN, words)
        : [`${name}${COLON}${wordOf(form, field, value, words)}`];
    const value = tree[field.key];
    if (field.keyed) return Object.entries(value).flatMap(([key, entry]) => one(entry, `${label} ${key}`));
    if (!field.several) return one(value, label);
    return value.flatMap((entry, place) => one(entry, isMapping(entry) ? `${label} ${place + 1}` : label));
  });

/** A line for each value, by the labels of the form, and the body below them. */
export const told = (form, tree, body, words) => {
  const text = body.replace(/^\n+|\n+$/g, "");
  return [...linesOf(form, form.fields, tree, "", words), ...(text ? [`${words.body}${COLON}`, text] : [])].join("\n");
};
