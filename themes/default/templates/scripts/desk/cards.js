// The drafts, and the files with problems: each leads to the form, and certain corrections are made here.
import { ask } from "./asking.js";
import { deskWords } from "./deskwords.js";
import { action, dayLine, element, formLink, listOf, tell } from "./parts.js";

const card = (title, ...parts) => element("li", { className: "card" }, element("h3", {}, title), ...parts);

/** The card of a draft with its questions. */
export const draftCard = ({ path, title, day, questions }) =>
  card(formLink(path, title), dayLine(day), ...listOf(questions));

const problemLine = ({ line, message, hint, is_warning: isWarning }, isFixed) => {
  const state = element("span", { className: isWarning ? "" : "grave" });
  state.textContent = isWarning ? deskWords.remark : deskWords.fault;
  const where = line ? deskWords.line.replace("{line}", line) : "";
  const text = ` ${[message, isFixed ? "" : hint].join(" ").trim()} `;
  return element("span", {}, state, text, element("span", { className: "day", textContent: where }));
};

const changedLines = ({ number, before, after }) => [
  ...before.map((line, at) => element("del", { textContent: `${number + at} - ${line}\n` })),
  ...after.map((line) => element("ins", { textContent: `+ ${line}\n` })),
];

const correction = ({ path, fix, digest }) => {
  const lines = element("pre", { className: "lines", tabIndex: 0 }, ...fix.flatMap(changedLines));
  const agree = action(
    deskWords.correct,
    async () => {
      await ask("fix", { path, digest });
      tell(deskWords.corrected);
    },
    false,
  );
  const shown = element("div", { hidden: true }, lines, element("p", { className: "actions" }, agree));
  const look = action(deskWords.showCorrection, () => {
    shown.hidden = !shown.hidden;
    look.setAttribute("aria-expanded", String(!shown.hidden));
  });
  look.setAttribute("aria-expanded", "false");
  return [element("p", { className: "actions" }, look), shown];
};

/** The card of a file with problems. */
export const problemCard = (file) => {
  const title = file.is_event ? formLink(file.path, file.title) : file.path;
  const isFixed = file.fix.length > 0; // then its lines say what helps
  const lines = file.problems.map((one) => problemLine(one, isFixed));
  return card(title, ...listOf(lines), ...(isFixed ? correction(file) : []));
};
