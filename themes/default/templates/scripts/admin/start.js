// The form for staff at `/admin/`: a new event, or the published one whose page led here.
import { root } from "../page/dom.js";
import { keepDraft, keptDraft } from "./drafts.js";
import { openForm, take } from "./opening.js";
import { state } from "./state.js";
import { ready, WAYS_OUT } from "./ways.js";

const ADDRESS = /^\/events\/[^/]+\/$/;

const draftOf = async (asked) => {
  const answer = await fetch(`${root.dataset.base}admin${asked.slice(0, -1)}.json`);
  const source = await answer.json();
  if (!source.keys.length) throw new Error(asked);
  return keptDraft(asked, take(source));
};

const send = (way) => {
  const found = ready();
  if (!found) return;
  WAYS_OUT[way](found);
  state.draft.isSent = true;
  keepDraft(state.asked, state.draft);
};

// The desk of `serve` opens the same form in its own way.
if (!("desk" in document.body.dataset)) {
  const asked = ADDRESS.exec(new URLSearchParams(location.search).get("event") ?? "")?.[0] ?? "";
  openForm({ asked, draftOf, send });
}
