// The elements of controls: a label, the help, the place of a problem, and values inside of values.
import { words } from "./settings.js";

let fieldCount = 0;

/** An element with properties and children; `data` and attributes with a hyphen are set as attributes. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || ["for", "list", "role"].includes(name)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
};

export const option = (value, text) => make("option", { value, textContent: text });
export const button = (text, act, quiet = true) => {
  const one = make("button", { type: "button", className: quiet ? "button quiet" : "button", textContent: text });
  one.addEventListener("click", act);
  return one;
};

/** What is seldom needed, below a line that opens it. */
export const foldedPart = (title, open, controls) =>
  make("details", { open, className: "folded" }, make("summary", { textContent: title }), ...controls);

const FLAGS = ["true", "false"];

// The help of a key says how files name records and values. Nobody needs that who chooses from a list.
const helpOf = (field) => {
  if (field.to === "assets") return words.chooseFile;
  if (field.to) return field.or_text || field.fields ? words.chooseOrWrite : "";
  const values = field.choices?.map(([value]) => value) ?? (field.kind === "flag" ? FLAGS : []);
  return values.some((value) => field.help.includes(value)) ? "" : field.help;
};

/** The label, the help and the place of a problem around a control. `group` controls are a fieldset. */
export const framed = (field, path, control, group = false) => {
  const id = `admin-field-${(fieldCount += 1)}`;
  const name = [field.label, field.required ? make("span", { className: "needed", textContent: words.needed }) : ""];
  const help = helpOf(field);
  const hint = make("p", { className: "hint", id: `${id}-hint`, textContent: help, hidden: !help });
  const wrong = make("p", { className: "wrong", id: `${id}-wrong`, hidden: true });
  const place = { "data-path": path.join("."), className: "field" };
  if (group) {
    const described = { "aria-describedby": `${id}-hint ${id}-wrong` };
    for (const input of control.matches(".moment") ? control.children : []) {
      input.setAttribute("aria-describedby", described["aria-describedby"]);
    }
    return make("fieldset", { ...place, ...described }, make("legend", {}, ...name), hint, control, wrong);
  }
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-wrong`);
  if (field.required) control.required = true;
  return make("div", place, make("label", { for: id }, ...name), hint, control, wrong);
};

export const onType = (control, act) => {
  control.addEventListener("input", act);
  return control;
};

export const at = (value, key) => ({
  get: () => value.get()?.[key],
  set: (one) => value.set({ ...value.get(), [key]: one }),
  again: value.again,
});
export const entryOf = (value, place) => ({
  get: () => value.get()?.[place],
  set: (one) => value.set(value.get().map((old, index) => (index === place ? one : old))),
  again: value.again,
});
