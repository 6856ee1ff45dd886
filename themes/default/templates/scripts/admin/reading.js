// Reads what is typed into the form: front matter as its declaration wants it, and all that is wrong with it.
import { Unreadable, problemOf } from "./messages.js";
import { valueOf } from "./values.js";
import { isMapping } from "./writing.js";

/** A function that reads what is typed: `tree` is the front matter, `problems` all that is wrong. */
export const readerOf = (form) => {
  const problems = [];
  const attempt = (path, read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push(problemOf(form, path, error));
      return undefined;
    }
  };
  const readOne = (field, typed, path) => {
    if (field.fields?.length && isMapping(typed)) return readMapping(field.fields, typed, path);
    return attempt(path, () => valueOf(typed, field, form));
  };
  const readList = (field, typed, path) => {
    const read = typed.map((entry, place) => readOne(field, entry, [...path, place]));
    const values = read.filter((one) => one !== undefined);
    return values.length ? values : undefined;
  };
  // The keys of a mapping are typed too, so it is typed as a list of pairs.
  const readKeyed = (field, typed, path) => {
    const named = { ...field, kind: field.keyed, to: "" };
    const pairs = typed.map(([name, entry], place) => {
      const key = attempt([...path, place], () => valueOf(name, named, form));
      return [key, readOne(field, entry, [...path, place])];
    });
    const kept = pairs.filter(([key, value]) => key !== undefined && value !== undefined);
    return kept.length ? Object.fromEntries(kept) : undefined;
  };
  const readField = (field, typed, path) => {
    if (field.several) return readList(field, typed ?? [], path);
    if (field.keyed) return readKeyed(field, typed ?? [], path);
    return readOne(field, typed, path);
  };
  const readMapping = (fields, typed, path) => {
    const before = problems.length;
    const read = fields.map((field) => [field, readField(field, typed[field.key], [...path, field.key])]);
    const given = read.filter(([field, value]) => value !== undefined && (field.required || value !== field.default));
    if (!given.length && problems.length === before && path.length) return undefined;
    for (const [field, value] of read) {
      const place = [...path, field.key];
      const isSaid = problems.some(({ path: at }) => at.join() === place.join());
      if (field.required && value === undefined && !isSaid) {
        problems.push(problemOf(form, place, new Unreadable("missing", { name: field.label })));
      }
    }
    return Object.fromEntries(given.map(([field, value]) => [field.key, value]));
  };
  return (typed) => ({ tree: readMapping(form.fields, typed, []), problems });
};

/** What is typed, read as front matter. */
export const read = (form, typed) => readerOf(form)(typed);
