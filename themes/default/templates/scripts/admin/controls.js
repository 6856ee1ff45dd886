// The controls of the form, made from the declarations. Each reads and writes one value of what is typed.
import { at, entryOf, framed, make, onType } from "./elements.js";
import { listControl, nextSession } from "./lists.js";
import { keyOf, shownName } from "./names.js";
import { form, words } from "./settings.js";
import { lineControl, linesControl, momentControl, oneLine, tickControl } from "./single.js";
import { isMapping } from "./writing.js";

const fieldsOf = ({ fields: inner }, path, value) =>
  inner.map((one) => fieldControl(one, [...path, one.key], at(value, one.key)));

/** A mapping by keys, which are typed too. */
const keyedControl = (field, path, value) => {
  const label = words.key[field.keyed] ?? words.name;
  const name = { key: field.key, label, kind: field.keyed, help: "", example: "" };
  const plain = { ...field, keyed: "" };
  const entry = (place, pair) => {
    const held = entryOf(pair, 1);
    const inner = field.fields ? fieldsOf(field, place, held) : [fieldControl(plain, [...place, "value"], held)];
    return [fieldControl(name, place, entryOf(pair, 0)), ...inner];
  };
  return listControl(field, path, value, entry, () => ["", field.fields ? {} : ""]);
};

/** A place: a registered one by its name, or another one with its address. */
const placeControl = (field, path, value) => {
  const typed = value.get();
  const own = make("div", { className: "entry" });
  const [name, ...rest] = field.fields;
  const registered = () => typed && shownName(form, field.to, keyOf(form, field.to, typed) ?? typed);
  const control = lineControl(field, { get: () => (isMapping(typed) ? typed.name : registered()) });
  const show = () => {
    const isOwn = isMapping(value.get());
    if (isOwn && !own.childElementCount) {
      const hint = make("p", { className: "hint", textContent: words.newPlace });
      own.append(hint, ...rest.map((one) => fieldControl(one, [...path, one.key], at(value, one.key))));
    }
    own.hidden = !isOwn;
  };
  onType(control, () => {
    const line = control.value.trim();
    const key = keyOf(form, field.to, line);
    if (!line || key) value.set(key ?? "");
    else value.set({ ...(isMapping(value.get()) ? value.get() : {}), [name.key]: line });
    show();
  });
  show();
  return make("div", {}, framed(field, path, control), own);
};

/** The control of a field. `value` has `get` and `set` for what is typed. */
export const fieldControl = (field, path, value) => {
  if (field.keyed) return keyedControl(field, path, value);
  if (field.several && field.fields) {
    const fresh = field.fields.some(({ key }) => key === "start") ? nextSession : () => ({});
    return listControl(field, path, value, (place, entry) => fieldsOf(field, place, entry), fresh);
  }
  if (field.several) return field.to ? tickControl(field, path, value) : linesControl(field, path, value);
  if (field.kind === "mapping") return framed(field, path, make("div", {}, ...fieldsOf(field, path, value)), true);
  if (field.fields) return placeControl(field, path, value);
  if (["moment", "day"].includes(field.kind)) return momentControl(field, path, value);
  return oneLine(field, path, value);
};

/** The list of names that a text field offers. */
export const nameList = (folder) =>
  make(
    "datalist",
    { id: `admin-names-${folder}` },
    ...form.names[folder].map(([, name]) => make("option", { value: name })),
  );
