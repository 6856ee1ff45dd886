// Saves what the form makes in the folder of the site, and shows the page or what is wrong.
import { dropDraft } from "../admin/drafts.js";
import { isSame } from "../admin/editing.js";
import { make } from "../admin/elements.js";
import { showDraft, take } from "../admin/opening.js";
import { part } from "../admin/settings.js";
import { sayTyped, state } from "../admin/state.js";
import { ready, say } from "../admin/ways.js";
import { ask } from "../desk/asking.js";
import { deskWords } from "../desk/deskwords.js";
import { showConflict } from "./conflict.js";
import { showQuestions, withoutQuestions } from "./questions.js";

const CONFLICT = 409; // the status of a refusal to overwrite
const UNDATED = ["no_date"]; // what a draft may lack

/** A draft may lack its dates; any other fault would lose what was typed. */
const isFaultOfDraft = ({ isWarning, name }) => !isWarning && !UNDATED.includes(name);

const toldOf = ({ key, message, hint }) => ({ path: key, name: "", message, hint, isWarning: false });

/** Takes the saved file as the one that is changed now. What was typed while it was saved stays. */
const goOnWith = (file, sent) => {
  dropDraft(state.asked);
  const isStill = isSame([state.draft.typed, state.draft.body], sent);
  const fresh = take(file.source);
  state.draft = { ...(isStill ? fresh : state.draft), file };
  state.asked = file.source.path;
  history.replaceState(null, "", `?file=${encodeURIComponent(state.asked)}`);
  showDraft();
  showQuestions();
  showWays();
  if (!isStill) sayTyped();
};

/** A published event is no draft again. */
export const showWays = () => {
  part("as-draft").hidden = Boolean(state.source) && state.source.tree.draft !== "true";
};

const sayWithLink = (text, address, name) => {
  say(`${text} `);
  if (address) part("said").append(make("a", { href: address, textContent: name }));
};

const showSaved = ({ file, problems }) => {
  if (problems.length) {
    sayWithLink(deskWords.savedFaulty.replace("{count}", problems.length));
    document.querySelector(".wrong:not([hidden])")?.scrollIntoView({ block: "center" });
  } else if (!file.page) sayWithLink(deskWords.savedDraft, "/__almanac__/desk/", deskWords.toDesk);
  else location.assign(file.page);
};

/** Shows the version of the disk beside what was written here. */
export const showBoth = (file) => showConflict(file, (path) => save(state.draft.typed.draft, path));

const write = async (path, text) => {
  const sent = [state.draft.typed, state.draft.body];
  const began = state.draft.file?.digest ?? "";
  say(deskWords.saving);
  try {
    const saved = await ask("save", { path, text, digest: began });
    state.told = saved.problems.map(toldOf);
    goOnWith(saved.file, sent);
    showSaved(saved);
  } catch (refusal) {
    say(refusal.status === CONFLICT ? "" : refusal.message);
    if (refusal.status === CONFLICT) showBoth(refusal.value.file);
  }
};

let isSaving = false;

/** Saves the event, as a draft if `draft` is "true". A new one goes to `other`, if that path is given. */
export const save = async (draft, other) => {
  if (isSaving) return;
  state.draft.typed.draft = draft;
  state.told = [];
  const found = ready(draft ? isFaultOfDraft : undefined);
  if (!found) return;
  isSaving = true;
  await write(other ?? found.path, draft ? found.text : withoutQuestions(found.text));
  isSaving = false;
};
