// The control in which somebody writes a date in words.
import { dayOf } from "../page/days.js";
import { make, onType } from "./elements.js";
import { form, words } from "./settings.js";
import { spanIn } from "./wording.js";

/** `take` gets the start and the end that the words name, as front matter has them; an end may be empty. */
export const spokenControl = (id, take) => {
  const described = { "aria-describedby": `${id}-hint ${id}-wrong` };
  const control = make("input", { type: "text", id, autocomplete: "off", ...described });
  const hint = make("p", { className: "hint", id: `${id}-hint`, textContent: words.spokenHint });
  const wrong = make("p", { className: "wrong", id: `${id}-wrong`, textContent: words.noDay, hidden: true });
  onType(control, () => {
    const span = spanIn(control.value, dayOf(new Date()), form.dates);
    wrong.hidden = Boolean(span) || !control.value.trim();
    if (span) take({ start: span.start, end: span.end ?? "" });
  });
  return make("div", { className: "field" }, make("label", { for: id, textContent: words.spoken }), hint, control, wrong);
};
