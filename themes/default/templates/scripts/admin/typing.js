// What stands in the controls of the form: texts, lists and mappings.
import { isMapping } from "./writing.js";

const typedValue = (field, value) => {
  if (field.several) return [value].flat().map((entry) => typedValue({ ...field, several: false }, entry));
  if (field.keyed) {
    const entry = { ...field, keyed: "" };
    return Object.entries(value).map(([key, one]) => [key, typedValue(entry, one)]);
  }
  if (isMapping(value)) return typedFields(field.fields, value);
  return Array.isArray(value) ? value.join(", ") : value;
};

const typedFields = (fields, tree) =>
  Object.fromEntries(fields.filter(({ key }) => key in tree).map((one) => [one.key, typedValue(one, tree[one.key])]));

/** Front matter as the controls of the form hold it. Keys of mappings are typed too, so mappings by key are pairs. */
export const typedOf = (form, tree) => typedFields(form.fields, tree);
