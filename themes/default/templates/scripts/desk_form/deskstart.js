// The form on the desk: a new event, or the file that the address names.
import { keptDraft } from "../admin/drafts.js";
import { isSame } from "../admin/editing.js";
import { openForm, take } from "../admin/opening.js";
import { part } from "../admin/settings.js";
import { state } from "../admin/state.js";
import { say } from "../admin/ways.js";
import { ask } from "../desk/asking.js";
import { showQuestions } from "./questions.js";
import { save, showBoth, showWays } from "./saving.js";

let newest;

/** What was typed before, unless nobody has typed anything. */
const keptOr = (fresh) => {
  const kept = keptDraft(state.asked, fresh);
  const { typed, body } = take(kept.file.source);
  return isSame([kept.typed, kept.body], [typed, body]) ? fresh : kept;
};

const draftOf = async (asked) => {
  try {
    newest = await ask("file", asked.startsWith("/") ? { event: asked } : { path: asked });
  } catch (refusal) {
    part("unread").textContent = refusal.message;
    throw refusal;
  }
  if (!newest.source.keys.length) throw new Error(asked);
  state.asked = newest.source.path;
  const draft = keptOr({ ...take(newest.source), file: newest });
  take(draft.file.source);
  return draft;
};

const WAYS = { save: () => save(""), draft: () => save("true") };

const openDesk = async () => {
  const parameters = new URLSearchParams(location.search);
  const asked = parameters.get("file") ?? parameters.get("event") ?? "";
  await openForm({ asked, draftOf, send: (way) => WAYS[way]() });
  if (part("form").hidden) return;
  showQuestions();
  showWays();
  if (newest && state.draft.file.digest !== newest.digest) showBoth(newest);
};

document.addEventListener("keydown", (pressed) => {
  if (!(pressed.ctrlKey || pressed.metaKey) || pressed.key !== "s") return;
  pressed.preventDefault();
  save(state.source?.tree.draft === "true" ? "true" : "");
});

openDesk().catch((refusal) => say(refusal.message));
