// What the draft makes: front matter, the file, its dates, and all problems.
import { datesOf } from "./dating.js";
import { changedText, changesOf } from "./editing.js";
import { Unreadable, problemOf } from "./messages.js";
import { neighbourProblems } from "./neighbours.js";
import { privateProblems } from "./private.js";
import { read } from "./reading.js";
import { form } from "./settings.js";
import { ownId, state } from "./state.js";
import { fileText, pathOf, slugOf, syllablesOf } from "./writing.js";

const syllables = syllablesOf(form.syllables);

/** The path and the text of the file that the draft makes. */
const fileOf = (tree, body) => {
  if (!state.source) {
    const path = pathOf(tree, tree.id ?? slugOf(tree.title ?? "", syllables, form.longest));
    return { path, text: fileText(form, tree, body) };
  }
  const changed = state.draft.body === state.before.body ? undefined : body;
  const changes = changesOf(state.before.tree, tree);
  return { path: state.source.path, text: changedText(form, state.source, changes, changed) };
};

/** What the draft makes: front matter, the file, its dates, and all problems. */
export const made = () => {
  const { tree, problems } = read(form, state.draft.typed);
  const body = `${state.draft.body.replace(/^\n+|\s+$/g, "")}\n`;
  const found = { tree, body, dates: [], problems: [...problems, ...privateProblems(form, tree, state.draft.body)] };
  try {
    found.dates = datesOf(form, tree);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const isRead = !problems.some(({ path }) => path[0] === error.path[0]);
    if (isRead) found.problems.push(problemOf(form, error.path, error));
  }
  found.problems.push(...neighbourProblems(form, tree, found.dates, state.events, ownId()));
  return Object.assign(found, fileOf(tree, body));
};
