// Shows what the draft makes: problems beside their controls, the state, the file or its difference.
import { all } from "../page/dom.js";
import { showDates } from "./datelist.js";
import { difference, isSame } from "./editing.js";
import { button, make } from "./elements.js";
import { redraw } from "./filling.js";
import { made } from "./making.js";
import { showNeeded } from "./needed.js";
import { previewOf } from "./preview.js";
import { part, words } from "./settings.js";
import { fields, state } from "./state.js";

const NOT_YET = ["missing", "no_date"]; // what is no fault before somebody wants to send

/** The element of the value at a path, or of the nearest value around it. */
export const placeOf = (path) => {
  for (let length = path.length; length; length -= 1) {
    const place = document.querySelector(`[data-path="${CSS.escape(path.slice(0, length).join("."))}"]`);
    if (place) return place;
  }
  return part("form");
};

// The warnings that somebody may answer with a reason, by the problems of the form.
const IGNORED = { taken: "venue-clash", twice: "near-duplicate", mobile: "private-number", identity: "private-number" };

/** Leads to the reason why a warning does not matter here. */
const askReason = (warning) => {
  const given = state.draft.typed.ignore ?? [];
  const place = given.findIndex(([name]) => name === warning);
  if (place < 0) state.draft.typed.ignore = [...given, [warning, ""]];
  redraw(["ignore"]);
  const control = placeOf(["ignore", place < 0 ? given.length : place, "value"]);
  control.closest("details").open = true;
  control.querySelector("input").focus();
};

const sayWrong = (place, problem) => {
  const wrong = place.querySelector(":scope > .wrong");
  const line = `${problem.message} ${problem.hint}`.trim();
  place.closest("details")?.setAttribute("open", "");
  wrong.append(...(wrong.hidden ? [] : [" "]), line);
  wrong.hidden = false;
  if (IGNORED[problem.name]) wrong.append(" ", button(words.ignore, () => askReason(IGNORED[problem.name])));
  if (problem.isWarning) return;
  for (const control of all(":scope > :is(input, select, textarea), .moment > input", place)) {
    control.setAttribute("aria-invalid", "true");
  }
};

const showProblems = (problems) => {
  for (const wrong of all(":is(form, [data-path]) > .wrong:not([hidden])")) {
    Object.assign(wrong, { hidden: true, textContent: "" });
  }
  for (const control of all("[aria-invalid]:not(.spoken)")) control.removeAttribute("aria-invalid");
  for (const problem of problems.filter(({ name }) => state.isTried || !NOT_YET.includes(name))) {
    sayWrong(placeOf(problem.path), problem);
  }
};

/** What another program has found in the file, as far as nobody has changed the value since. */
const toldOf = (tree) => state.told.filter(({ path: [key] }) => isSame(state.before?.tree[key], tree[key]));

/** A message about problems with their number and the labels of their fields; empty if there is none. */
const summed = (message, problems) => {
  const labels = problems.map(({ path: [key] }) => fields.get(key)?.label ?? words[key]);
  const names = [...new Set(labels)].filter(Boolean).join("、");
  return problems.length ? message.replace("{count}", problems.length).replace("{names}", () => names) : "";
};

/** Says how far the form is; the same words are said once only. */
const showState = ({ problems }) => {
  const [missing, given] = [true, false].map((isMissing) =>
    problems.filter(({ name }) => NOT_YET.includes(name) === isMissing),
  );
  const parts = [
    summed(words.missing, missing),
    summed(words.faults, given.filter(({ isWarning }) => !isWarning)),
    summed(words.warnings, given.filter(({ isWarning }) => isWarning)),
  ].filter(Boolean);
  const text = parts.join(" ") || words.ready;
  if (part("state").textContent !== text) part("state").textContent = text;
};

/** The lines that go and come, each marked by a sign and an element, with the lines around them. */
const changedParts = (text) =>
  difference(state.source.text, text).map(([sign, line]) => {
    const marked = `${sign} ${line}\n`;
    return sign === " " ? marked : make(sign === "-" ? "del" : "ins", { textContent: marked });
  });

/** Shows all that the draft makes. */
export const show = () => {
  const found = made();
  showProblems([...found.problems, ...toldOf(found.tree)]);
  showDates(found);
  showState(found);
  showNeeded();
  part("preview").replaceChildren(...previewOf(state.draft.body));
  part("preview").hidden = !state.draft.body.trim();
  part("path").textContent = found.path;
  part("text").replaceChildren(...(state.source ? changedParts(found.text) : [found.text]));
};
