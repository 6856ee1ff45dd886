// The form for staff: opens a new event or one that is there, and keeps and shows what is typed.
import { all, root } from "../page/dom.js";
import { nameList } from "./controls.js";
import { dropDraft, keepDraft, keptDraft } from "./drafts.js";
import { draw, readWords } from "./filling.js";
import { read } from "./reading.js";
import { form, part, words } from "./settings.js";
import { show } from "./showing.js";
import { asked, sayTyped, state } from "./state.js";
import { typedOf } from "./typing.js";
import { ready, say, WAYS_OUT } from "./ways.js";

const PAUSE = 400; // milliseconds after which typing has stopped
const LISTED = ["venues", "assets"]; // whose names text fields offer

let waiting = 0;
document.addEventListener("typed", () => {
  if (!keepDraft(asked, state.draft)) part("kept").textContent = words.notKept;
  clearTimeout(waiting);
  waiting = setTimeout(show, PAUSE);
});

for (const button of all("[data-way]")) {
  button.addEventListener("click", () => {
    const found = ready();
    if (found) WAYS_OUT[button.dataset.way](found);
  });
}
part("form").addEventListener("submit", (sent) => sent.preventDefault());
part("body").addEventListener("input", () => {
  state.draft.body = part("body").value;
  sayTyped();
});
part("when").addEventListener("input", readWords);
part("new").addEventListener("click", () => {
  if (!window.confirm(words.discard)) return;
  dropDraft(asked);
  const { source, before } = state;
  state.draft = source ? { typed: typedOf(form, source.tree), body: before.body } : { typed: {}, body: "" };
  state.isTried = false;
  part("when").value = "";
  draw();
  sayTyped();
  part("form").querySelector("input").focus();
});

const loadEvents = async () => {
  if (!form.events) return;
  try {
    const answer = await fetch(root.dataset.base + form.events.slice(1));
    state.events = (await answer.json()).events;
    show();
  } catch {
    say(words.notCompared);
  }
};

/** Opens the event whose page led here. Returns whether the form can change its file. */
const openEvent = async () => {
  const answer = await fetch(`${root.dataset.base}admin${asked.slice(0, -1)}.json`);
  state.source = await answer.json();
  if (!state.source.keys.length) return false;
  const typed = typedOf(form, state.source.tree);
  const body = state.source.text.split("\n").slice(state.source.lines + 2).join("\n");
  state.before = { tree: read(form, typed).tree, body };
  state.draft = keptDraft(asked, { typed, body });
  return true;
};

const start = async () => {
  if (!asked) state.draft = keptDraft("", state.draft);
  try {
    if (asked && !(await openEvent())) throw new Error(asked);
  } catch {
    part("unread").hidden = false;
    return;
  }
  part("form").append(...LISTED.filter((folder) => form.names[folder]).map(nameList));
  draw();
  show();
  part("form").hidden = false;
  loadEvents();
};

start();
