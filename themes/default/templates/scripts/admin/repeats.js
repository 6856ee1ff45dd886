// The control of a rule of repetition: how often, on which weekdays, until which day.
import { weekdayOf } from "../page/days.js";
import { make } from "./elements.js";
import { DAYS, partsOf } from "./repeating.js";
import { words } from "./settings.js";

const WAYS = {
  "": {},
  daily: { FREQ: "DAILY" },
  weekly: { FREQ: "WEEKLY" },
  fortnightly: { FREQ: "WEEKLY", INTERVAL: "2" },
  monthly: { FREQ: "MONTHLY" },
  placed: { FREQ: "MONTHLY" },
  yearly: { FREQ: "YEARLY" },
};

/** What a rule says in the terms of the control; `way` is "other" for a rule that it cannot make. */
export const chosenOf = (rule) => {
  const { FREQ: frequency, INTERVAL: interval, BYDAY: byDay = "", UNTIL: until = "", ...other } = partsOf(rule ?? "");
  if (!frequency) return { way: "", days: [], until: "" };
  const day = until.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  const isPlaced = frequency === "MONTHLY" && /^-?\d[A-Z]{2}$/.test(byDay);
  const isPlain = /^([A-Z]{2}(,[A-Z]{2})*)?$/.test(byDay);
  const way = isPlaced
    ? "placed"
    : Object.keys(WAYS).find((name) => WAYS[name].FREQ === frequency && WAYS[name].INTERVAL === interval);
  const isOwn = way && !Object.keys(other).length && day.length === 10 && (isPlaced || isPlain);
  if (!isOwn || (byDay && frequency !== "WEEKLY" && !isPlaced)) return { way: "other", days: [], until: "" };
  return { way, days: isPlaced ? [] : byDay.split(",").filter(Boolean), until: day };
};

/** The rule of a choice. Without weekdays those of the start count. */
export const ruleOf = ({ way, days, until }, start) => {
  if (!way) return "";
  const day = start?.slice(0, 10);
  const weekday = day && DAYS[weekdayOf(day)];
  const byDay = {
    weekly: days.length ? DAYS.filter((one) => days.includes(one)).join(",") : weekday,
    fortnightly: days.length ? DAYS.filter((one) => days.includes(one)).join(",") : weekday,
    placed: day && `${Math.ceil(Number(day.slice(8)) / 7)}${weekday}`,
  }[way];
  const last = until ? { UNTIL: until.replaceAll("-", "") } : {};
  const parts = { ...WAYS[way], ...(byDay ? { BYDAY: byDay } : {}), ...last };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
};

/** The control. `value` is that of the rule, `start` gives the start as it is typed. */
export const repeatControl = (field, value, start) => {
  let chosen = chosenOf(value.get());
  const way = make(
    "select",
    { id: "admin-repeat", "aria-describedby": "admin-repeat-wrong" },
    ...Object.keys(WAYS).map((name) => make("option", { value: name, textContent: words.ways[name] })),
    ...(chosen.way === "other" ? [make("option", { value: "other", textContent: value.get() })] : []),
  );
  way.value = chosen.way;
  const until = make("input", { type: "date", id: "admin-repeat-until", value: chosen.until });
  const boxes = DAYS.map((day, at) => {
    const box = make("input", { type: "checkbox", checked: chosen.days.includes(day), value: day });
    return make("label", { className: "tick" }, box, words.weekdayNames[at]);
  });
  const ticks = make("fieldset", { className: "ticks" }, make("legend", { textContent: words.weekdays }), ...boxes);
  const last = make("p", {}, make("label", { htmlFor: "admin-repeat-until", textContent: words.until }), " ", until);
  const show = () => {
    ticks.hidden = !["weekly", "fortnightly"].includes(way.value);
    last.hidden = ["", "other"].includes(way.value);
  };
  const change = () => {
    const days = [...ticks.querySelectorAll("input:checked")].map((box) => box.value);
    chosen = { way: way.value, days, until: until.value };
    show();
    if (chosen.way !== "other") value.set(ruleOf(chosen, start()));
  };
  show();
  const wrong = make("p", { className: "wrong", id: "admin-repeat-wrong", hidden: true });
  const label = make("label", { htmlFor: "admin-repeat", textContent: field.label });
  const box = make("div", { className: "field", "data-path": field.key }, label, way, ticks, last, wrong);
  box.addEventListener("input", change);
  return { box, follow: () => way.value && way.value !== "other" && change() };
};
