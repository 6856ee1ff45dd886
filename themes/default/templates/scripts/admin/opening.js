// Opens a new event in the form, or one that is there, and keeps and shows what is typed.
import { all, root } from "../page/dom.js";
import { nameList } from "./controls.js";
import { dropDraft, keepDraft, keptDraft } from "./drafts.js";
import { draw } from "./filling.js";
import { keyOf } from "./names.js";
import { read } from "./reading.js";
import { form, part, words } from "./settings.js";
import { show } from "./showing.js";
import { fields, sayTyped, state } from "./state.js";
import { typedOf } from "./typing.js";
import { say } from "./ways.js";

const PAUSE = 400; // milliseconds after which typing has stopped
const LISTED = ["venues", "assets"]; // whose names text fields offer

/** Takes a file as the one that is changed. Returns what the form holds before anybody types. */
export const take = (source) => {
  const typed = typedOf(form, source.tree);
  const body = source.text.split("\n").slice(source.lines + 2).join("\n");
  state.source = source;
  state.before = { tree: read(form, typed).tree, body };
  return { typed, body };
};

/** Shows the draft in all controls. */
export const showDraft = () => {
  draw();
  show();
};

const listen = (send) => {
  let waiting = 0;
  document.addEventListener("typed", () => {
    state.draft.isSent = false;
    if (!keepDraft(state.asked, state.draft)) part("kept").textContent = words.notKept;
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  for (const button of all("[data-way]")) {
    button.addEventListener("click", () => send(button.dataset.way));
  }
  part("form").addEventListener("submit", (sent) => sent.preventDefault());
  part("body").addEventListener("input", () => {
    state.draft.body = part("body").value;
    sayTyped();
  });
};

/** Says that an event of before is still in the form, unless nothing but what was `chosen` stands there. */
const sayLeft = (chosen) => {
  const { typed, body, isSent } = state.draft;
  const own = Object.entries(typed).filter(([key, value]) => value?.length && !(key in chosen));
  part("left").hidden = state.asked !== "" || !(own.length || body.trim());
  const title = typed.title || words.untitled;
  part("left-title").textContent = (isSent ? words.leftSent : words.leftOver).replace("{title}", () => title);
};

const beginAnew = (emptyDraft) => {
  if (!window.confirm(words.discard)) return;
  dropDraft(state.asked);
  state.draft = state.source ? { ...state.draft, ...take(state.source) } : emptyDraft();
  state.isTried = false;
  part("left").hidden = true;
  draw();
  sayTyped();
  part("form").querySelector("input").focus();
};

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

/** What the address of the form chooses for a new event, such as `?organiser=` from the page of an organiser. */
const chosenByAddress = () => {
  const given = [...new URLSearchParams(location.search)].map(([key, name]) => [fields.get(key), name]);
  const known = given.filter(([field, name]) => field?.to && keyOf(form, field.to, name));
  return Object.fromEntries(known.map(([field, name]) => [field.key, field.several ? [name] : name]));
};

/**
 * Opens the form. `asked` names the event that is changed, and is empty for a new one. `draftOf` takes its file and
 * returns the draft. `send` is called with the way out that is chosen.
 */
export const openForm = async ({ asked, draftOf, send }) => {
  const chosen = asked ? {} : chosenByAddress();
  const emptyDraft = () => ({ typed: { ...chosen }, body: "" });
  state.asked = asked;
  try {
    state.draft = asked ? await draftOf(asked) : keptDraft("", emptyDraft());
  } catch {
    part("unread").hidden = false;
    return;
  }
  sayLeft(chosen);
  const { typed } = state.draft;
  for (const [key, value] of Object.entries(chosen)) if (!typed[key]?.length) typed[key] = value;
  listen(send);
  for (const button of all("[data-anew]")) button.addEventListener("click", () => beginAnew(emptyDraft));
  part("form").append(...LISTED.filter((folder) => form.names[folder]).map(nameList));
  showDraft();
  part("form").hidden = false;
  await loadEvents();
};
