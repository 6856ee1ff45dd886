// The control in which somebody writes a date in words.
import { dayOf } from "../page/days.js";
import { make, onType } from "./elements.js";
import { form, words } from "./settings.js";
import { spanIn } from "./wording.js";

/** `take` gets the start and the end that the words name, as front matter has them; an end may be empty. */
export const spokenControl = (id, take) => {
  const described = { "aria-describedby": `${id}-hint ${id}-wrong` };
  const control = make("input", { type: "text", className: "spoken", id, autocomplete: "off", ...described });
  const hint = make("p", { className: "hint", id: `${id}-hint`, textContent: words.spokenHint });
  const wrong = make("p", { className: "unread", id: `${id}-wrong`, role: "status" });
  onType(control, () => {
    const span = spanIn(control.value, dayOf(new Date()), form.dates);
    const isUnread = !span && Boolean(control.value.trim());
    wrong.textContent = isUnread ? words.noDay : "";
    control.setAttribute("aria-invalid", String(isUnread));
    if (span) take({ start: span.start, end: span.end ?? "" });
  });
  const label = make("label", { for: id, textContent: words.spoken });
  return make("div", { className: "field" }, label, hint, control, wrong);
};
