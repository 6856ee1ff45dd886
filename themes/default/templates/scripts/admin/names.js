// The names of records: a key, the name to show, or another name.

const folded = (name) => name.normalize("NFKC").toLowerCase().replace(/[\s·•・.“”"'‘’]/g, "");

/** The keys of the records that have this name. */
const candidates = (form, folder, name) =>
  (form.names[folder] ?? []).filter(([key, ...names]) => [key, ...names].some((one) => folded(one) === folded(name)));

/** The key of the one record that a name means; undefined where there is none, or more than one. */
export const keyOf = (form, folder, name) => {
  if ((form.names[folder] ?? []).some(([key]) => key === name)) return name;
  const found = candidates(form, folder, name);
  return found.length === 1 ? found[0][0] : undefined;
};

/** The name to show of a record. */
export const shownName = (form, folder, key) => (form.names[folder] ?? []).find(([one]) => one === key)?.[1] ?? key;

const mayBeText = (form, folder, name) =>
  !/^[a-z0-9._-]+$/.test(name) &&
  !candidates(form, folder, name).length &&
  name.split(/[、，,；;/\n]+/).filter((part) => part.trim()).length === 1 &&
  (name.match(/\p{L}/gu) ?? []).length >= 2;

/** Whether a name may stand in a field. */
export const isKnown = (form, field, name) => {
  if (field.to === "assets" && name.includes(":")) return true;
  if (keyOf(form, field.to, name) || (form.open && field.to !== "assets")) return true;
  return Boolean(field.or_text) && mayBeText(form, field.to, name);
};
