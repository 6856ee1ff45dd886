// The list of the dates that the draft makes.
import { weekdayOf } from "../page/days.js";
import { shown } from "./dating.js";
import { make } from "./elements.js";
import { part, words } from "./settings.js";
import { fields, sayTyped, state } from "./state.js";

const dateText = ({ start, end }) => {
  const day = (moment) => `${moment.slice(0, 10)} ${words.weekdayNames[weekdayOf(moment.slice(0, 10))]}`;
  const isSameDay = end?.slice(0, 10) === start.slice(0, 10);
  const last = end && `${isSameDay ? "" : day(end)} ${end.slice(11, 16)}`;
  return [`${day(start)} ${shown(start).slice(11)}`.trim(), last?.trim()].filter(Boolean).join(" – ");
};

/** The status of a session that does not take place as usual. */
const statusText = ({ status }) => {
  const { choices, default: usual } = fields.get("status");
  const word = status !== usual && choices.find(([one]) => one === status)?.[1];
  return word ? ` · ${word}` : "";
};

/** The dates of a repeat have a box each: without its tick nothing takes place that day. */
const dateLine = (date, excepted) => {
  if (!state.draft.typed.repeat) return make("li", { textContent: dateText(date) + statusText(date) });
  const day = date.day ?? date.start;
  const box = make("input", { type: "checkbox", checked: !excepted });
  box.addEventListener("input", () => {
    const others = (state.draft.typed.except ?? []).filter((one) => one !== day);
    state.draft.typed.except = box.checked ? others : [...others, day].sort();
    sayTyped();
  });
  return make("li", {}, make("label", { className: "tick" }, box, dateText(date)));
};

/** Shows the dates, if there are several; those of a repeat with boxes. */
export const showDates = ({ tree, dates }) => {
  const excepted = (tree.except ?? []).map((day) => [{ day, start: day }, true]);
  const lines = [...dates.map((date) => [date, false]), ...excepted];
  lines.sort(([one], [other]) => (one.start < other.start ? -1 : 1));
  const isPlain = lines.length < 2 && !tree.repeat;
  part("dates").replaceChildren(...(isPlain ? [] : lines.map(([date, off]) => dateLine(date, off))));
  const count = state.draft.typed.repeat ? words.dates : words.sessionDates;
  part("date-count").textContent = isPlain ? "" : count.replace("{count}", dates.length);
};
