// The controls of the form, made from the declarations. Each reads and writes one value of what is typed.
import { keyOf, shownName } from "./names.js";
import { form, words } from "./settings.js";
import { isMapping } from "./writing.js";

let fieldCount = 0;

/** An element with properties and children; `data` and attributes with a hyphen are set as attributes. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || ["for", "list"].includes(name)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
};

const option = (value, text) => make("option", { value, textContent: text });
const button = (text, act, quiet = true) => {
  const one = make("button", { type: "button", className: quiet ? "button quiet" : "button", textContent: text });
  one.addEventListener("click", act);
  return one;
};

// The help of a name says how files name records, which nobody needs who chooses from a list.
const helpOf = (field) => {
  if (!field.to || field.to === "assets") return field.help;
  return field.or_text || field.fields ? words.chooseOrWrite : "";
};

/** The label, the help and the place of a problem around a control. `group` controls are a fieldset. */
const framed = (field, path, control, group = false) => {
  const id = `admin-field-${(fieldCount += 1)}`;
  const name = [field.label, field.required ? make("span", { className: "needed", textContent: words.needed }) : ""];
  const help = helpOf(field);
  const hint = make("p", { className: "hint", id: `${id}-hint`, textContent: help, hidden: !help });
  const wrong = make("p", { className: "wrong", id: `${id}-wrong`, hidden: true });
  const place = { "data-path": path.join("."), className: "field" };
  if (group) {
    return make("fieldset", { ...place, "aria-describedby": `${id}-hint ${id}-wrong` }, make("legend", {}, ...name), hint, control, wrong);
  }
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-wrong`);
  if (field.required) control.required = true;
  return make("div", place, make("label", { for: id }, ...name), hint, control, wrong);
};

const onType = (control, act) => {
  control.addEventListener("input", act);
  return control;
};

const lineControl = (field, value) => {
  const list = field.to && `admin-names-${field.to}`;
  return make("input", {
    type: "text",
    value: value.get() ?? "",
    placeholder: field.example && !field.to ? words.example.replace("{example}", field.example) : "",
    inputMode: { number: "numeric", url: "url" }[field.kind] ?? "text",
    autocomplete: "off",
    ...(list ? { list } : {}),
  });
};

const selectControl = (choices, shown) => {
  const control = make("select", {}, option("", words.none), ...choices.map(([key, name]) => option(key, name)));
  control.value = shown ?? "";
  return control;
};

const choicesOf = (field) => {
  if (field.kind === "flag") return [["true", words.yes], ["false", words.no]];
  return field.choices ?? form.names[field.to];
};

const oneLine = (field, path, value) => {
  const chooses = field.choices || field.kind === "flag" || (field.to && !["assets", "venues"].includes(field.to));
  const isShort = field.to === "venues" && !field.fields;
  const control =
    chooses || isShort
      ? selectControl(choicesOf(field), field.to ? keyOf(form, field.to, value.get() ?? "") : value.get() || field.default)
      : lineControl(field, value);
  return framed(field, path, onType(control, () => value.set(control.value)));
};

const momentControl = (field, path, value) => {
  const [day, time] = (value.get() ?? "").split(" ");
  const dayInput = make("input", { type: "date", value: day ?? "", "aria-label": `${field.label} · ${words.day}` });
  const timeInput = make("input", { type: "time", value: time ?? "", "aria-label": `${field.label} · ${words.time}` });
  const change = () => value.set([dayInput.value, dayInput.value && timeInput.value].filter(Boolean).join(" "));
  const both = make("span", { className: "moment" }, onType(dayInput, change), onType(timeInput, change));
  if (field.kind === "day") timeInput.hidden = true;
  return framed(field, path, both, true);
};

/** Records to tick. Their order is that in which they were ticked. */
const tickControl = (field, path, value) => {
  const isChosen = (key) => (value.get() ?? []).some((name) => keyOf(form, field.to, name) === key);
  const others = () => (value.get() ?? []).filter((name) => !keyOf(form, field.to, name));
  const ticks = form.names[field.to].map(([key, name]) => {
    const box = make("input", { type: "checkbox", checked: isChosen(key) });
    onType(box, () => {
      const rest = (value.get() ?? []).filter((one) => keyOf(form, field.to, one) !== key);
      value.set(box.checked ? [...rest, key] : rest);
    });
    return make("label", { className: "tick" }, box, name);
  });
  const box = make("div", { className: "ticks" }, ...ticks);
  if (!field.or_text) return framed(field, path, box, true);
  const free = make("input", { type: "text", value: others().join("、"), "aria-label": words.others, placeholder: words.others });
  onType(free, () => {
    const kept = (value.get() ?? []).filter((name) => keyOf(form, field.to, name));
    value.set([...kept, ...free.value.split(/[、，,；;]/).filter((one) => one.trim())]);
  });
  return framed(field, path, make("div", {}, box, free), true);
};

/** Several lines of text, each an entry. */
const linesControl = (field, path, value) => {
  const control = make("textarea", { rows: 2, value: (value.get() ?? []).join("\n"), placeholder: words.eachLine });
  return framed(field, path, onType(control, () => value.set(control.value.split("\n").filter((line) => line.trim()))));
};

const at = (value, key) => ({
  get: () => value.get()?.[key],
  set: (one) => value.set({ ...value.get(), [key]: one }),
  again: value.again,
});
const entryOf = (value, place) => ({
  get: () => value.get()?.[place],
  set: (one) => value.set(value.get().map((old, index) => (index === place ? one : old))),
  again: value.again,
});

const fieldsOf = (field, path, value) => field.fields.map((one) => fieldControl(one, [...path, one.key], at(value, one.key)));

/** A list of mappings, with buttons that add and remove one. `entry` makes the controls of one. */
const listControl = (field, path, value, entry, fresh) => {
  const box = make("div", { className: "entries" });
  const draw = () => {
    const entries = (value.get() ?? []).map((_, place) => {
      const remove = button(words.remove.replace("{name}", `${field.label} ${place + 1}`), () => {
        value.set(value.get().filter((__, index) => index !== place));
        draw();
        box.lastElementChild.focus();
      });
      const legend = make("legend", { textContent: `${field.label} ${place + 1}` });
      return make("fieldset", { className: "entry" }, legend, ...entry([...path, place], entryOf(value, place)), remove);
    });
    const add = button(words.add.replace("{name}", field.label), () => {
      value.set([...(value.get() ?? []), fresh(value.get() ?? [])]);
      draw();
      box.querySelector("fieldset.entry:last-of-type :is(input, select, textarea)").focus();
    });
    box.replaceChildren(...entries, add);
  };
  draw();
  return framed(field, path, box, true);
};

/** A session like the one before, a week later; its id is the next letter. */
const nextSession = (sessions) => {
  const last = sessions.at(-1);
  const id = "abcdefghijklmnopqrstuvwxyz"[sessions.length] ?? `s${sessions.length + 1}`;
  const aWeekLater = (moment) => {
    const day = new Date(Date.parse(`${moment.slice(0, 10)}T00:00:00Z`) + 7 * 24 * 3600 * 1000);
    return Number.isNaN(day.getTime()) ? "" : day.toISOString().slice(0, 10) + moment.slice(10);
  };
  return { id, start: last?.start ? aWeekLater(last.start) : "", end: last?.end ? aWeekLater(last.end) : "" };
};

const keyedControl = (field, path, value) => {
  const entry = (place, pair) => [
    fieldControl({ ...field, label: words.key[field.keyed] ?? words.name, help: "", example: "", kind: field.keyed, keyed: "", fields: undefined }, place, entryOf(pair, 0)),
    ...(field.fields ? fieldsOf(field, place, entryOf(pair, 1)) : [fieldControl({ ...field, keyed: "" }, [...place, "value"], entryOf(pair, 1))]),
  ];
  return listControl(field, path, value, entry, () => ["", field.fields ? {} : ""]);
};

/** A place: a registered one by its name, or another one with its address. */
const placeControl = (field, path, value) => {
  const typed = value.get();
  const own = make("div", { className: "entry" });
  const [name, ...rest] = field.fields;
  const control = lineControl(field, { get: () => (isMapping(typed) ? typed.name : typed && shownName(form, field.to, keyOf(form, field.to, typed) ?? typed)) });
  const show = () => {
    const isOwn = isMapping(value.get());
    if (isOwn && !own.childElementCount) {
      own.append(make("p", { className: "hint", textContent: words.newPlace }), ...rest.map((one) => fieldControl(one, [...path, one.key], at(value, one.key))));
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
  make("datalist", { id: `admin-names-${folder}` }, ...form.names[folder].map(([, name]) => make("option", { value: name })));
