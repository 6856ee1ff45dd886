// The controls of the form, made from the declarations. Each reads and writes one value of what is typed.
import { at, entryOf, foldedPart, framed, make, onType } from "./elements.js";
import { listControl, nextSession } from "./lists.js";
import { keyOf, shownName } from "./names.js";
import { form, words } from "./settings.js";
import { lineControl, linesControl, momentControl, oneLine, tickControl } from "./single.js";
import { spokenControl } from "./spoken.js";
import { isMapping } from "./writing.js";

const fieldsOf = ({ fields: inner }, path, value) =>
  inner.map((one) => fieldControl(one, [...path, one.key], at(value, one.key)));

/** The warnings that one chooses from: those that the form knows, and the one that is in the file. */
const warningsWith = (name) => {
  const known = Object.entries(form.ignorable);
  return !name || name in form.ignorable ? known : [...known, [name, name]];
};

/** A mapping by keys, which are typed too; the names of warnings are chosen. */
const keyedControl = (field, path, value) => {
  const isWarning = field.key === "ignore";
  const label = words.key[isWarning ? "ignore" : field.keyed] ?? words.name;
  const name = { key: field.key, label, kind: field.keyed, help: "", example: "" };
  const plain = { ...field, keyed: "", help: "", ...(isWarning ? { label: words.reason, example: "" } : {}) };
  const entry = (place, pair) => {
    const [key, held] = [entryOf(pair, 0), entryOf(pair, 1)];
    const inner = field.fields ? fieldsOf(field, place, held) : [fieldControl(plain, [...place, "value"], held)];
    const named = isWarning ? { ...name, choices: warningsWith(key.get()) } : name;
    return [fieldControl(named, place, key), ...inner];
  };
  return listControl(field, path, value, entry, () => ["", field.fields ? {} : ""]);
};

/** What most dates share with their event, or what nobody needs to change, is folded. */
const isRare = ({ kind, to }) => Boolean(to) || ["id", "number"].includes(kind);

/** The controls of a session: its date in words or by pickers, its status, and the rest. */
const sessionControls = (field, path, value) => {
  const control = (one) => fieldControl(one, [...path, one.key], at(value, one.key));
  const take = (span) => {
    value.set({ ...value.get(), ...span });
    for (const one of field.fields.filter(({ key }) => key in span)) {
      document.querySelector(`[data-path="${[...path, one.key].join(".")}"]`).replaceWith(control(one));
    }
  };
  const rare = field.fields.filter(isRare);
  const isUsed = rare.some(({ key, kind }) => kind !== "id" && value.get()?.[key]);
  return [
    spokenControl(`admin-when-${path.join("-")}`, take),
    ...field.fields.filter((one) => !isRare(one)).map(control),
    foldedPart(words.more, isUsed, rare.map(control)),
  ];
};

const isOnMap = ({ kind, choices }) => kind === "coordinates" || Boolean(choices);

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
      const control = (one) => fieldControl(one, [...path, one.key], at(value, one.key));
      const onMap = rest.filter(isOnMap);
      const isUsed = onMap.some(({ key }) => value.get()[key]);
      own.append(
        hint,
        ...rest.filter((one) => !isOnMap(one)).map(control),
        foldedPart(words.onMap, isUsed, onMap.map(control)),
      );
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
    const hasDates = field.fields.some(({ key }) => key === "start");
    const controlsOf = hasDates ? sessionControls : fieldsOf;
    const entry = (place, one) => controlsOf(field, place, one);
    return listControl(field, path, value, entry, hasDates ? nextSession : () => ({}));
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
