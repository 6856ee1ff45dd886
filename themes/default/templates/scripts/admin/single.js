// The controls of values without parts: a line, a choice, a moment, names to tick.
import { framed, make, onType, option } from "./elements.js";
import { keyOf } from "./names.js";
import { form, words } from "./settings.js";

export const lineControl = (field, value) => {
  const list = field.to && `admin-names-${field.to}`;
  return make("input", {
    type: "text",
    value: value.get() ?? "",
    placeholder: field.example && !field.to ? words.example.replace("{example}", () => field.example) : "",
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

export const oneLine = (field, path, value) => {
  const chooses = field.choices || field.kind === "flag" || (field.to && !["assets", "venues"].includes(field.to));
  const isShort = field.to === "venues" && !field.fields;
  const chosen = () => (field.to ? keyOf(form, field.to, value.get() ?? "") : value.get() || field.default);
  const control = chooses || isShort ? selectControl(choicesOf(field), chosen()) : lineControl(field, value);
  return framed(field, path, onType(control, () => value.set(control.value)));
};

export const momentControl = (field, path, value) => {
  const [day, time] = (value.get() ?? "").split(" ");
  const dayInput = make("input", { type: "date", value: day ?? "", "aria-label": `${field.label} · ${words.day}` });
  const timeInput = make("input", { type: "time", value: time ?? "", "aria-label": `${field.label} · ${words.time}` });
  const change = () => value.set([dayInput.value, dayInput.value && timeInput.value].filter(Boolean).join(" "));
  const both = make("span", { className: "moment" }, onType(dayInput, change), onType(timeInput, change));
  dayInput.required = Boolean(field.required);
  if (field.kind === "day") timeInput.hidden = true;
  return framed(field, path, both, true);
};

/** Records to tick. Their order is that in which they were ticked. */
export const tickControl = (field, path, value) => {
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
  const named = { "aria-label": words.others, placeholder: words.others };
  const free = make("input", { type: "text", value: others().join("、"), ...named });
  onType(free, () => {
    const kept = (value.get() ?? []).filter((name) => keyOf(form, field.to, name));
    value.set([...kept, ...free.value.split(/[、，,；;]/).filter((one) => one.trim())]);
  });
  return framed(field, path, make("div", {}, box, free), true);
};

/** Several lines of text, each an entry. */
export const linesControl = (field, path, value) => {
  const control = make("textarea", { rows: 2, value: (value.get() ?? []).join("\n"), placeholder: words.eachLine });
  return framed(field, path, onType(control, () => value.set(control.value.split("\n").filter((line) => line.trim()))));
};
