// The form for staff: what is typed is read, checked, shown as the file it makes, and kept.
import { dayOf, weekdayOf } from "../page/days.js";
import { all, root } from "../page/dom.js";
import { fieldControl, make, nameList } from "./controls.js";
import { datesOf, shown } from "./dating.js";
import { dropDraft, keepDraft, keptDraft } from "./drafts.js";
import { changedText, changesOf, difference } from "./editing.js";
import { Unreadable, problemOf } from "./messages.js";
import { neighbourProblems } from "./neighbours.js";
import { privateProblems } from "./private.js";
import { previewOf } from "./preview.js";
import { read } from "./reading.js";
import { repeatControl } from "./repeats.js";
import { download, editAddress, forgeAddress, mailAddress } from "./sending.js";
import { form, part, words } from "./settings.js";
import { told } from "./telling.js";
import { typedOf } from "./typing.js";
import { spanIn } from "./wording.js";
import { fileText, pathOf, slugOf, syllablesOf } from "./writing.js";

const PAUSE = 400; // milliseconds after which typing has stopped
const NOT_YET = ["missing", "no_date"]; // what is no fault before somebody wants to send
const LISTED = ["venues", "assets"]; // whose names text fields offer

const fields = new Map(form.fields.map((field) => [field.key, field]));
const syllables = syllablesOf(form.syllables);
const asked = /^\/events\/[^/]+\/$/.exec(new URLSearchParams(location.search).get("event") ?? "")?.[0] ?? "";
let draft = { typed: {}, body: "" };
let source; // the file of the event that is changed; undefined for a new event
let before; // what the form makes of that file
let isTried = false; // whether somebody has tried to send
let events = []; // the published ones, once they are loaded

/** The path and the text of the file that the draft makes. */
const fileOf = (tree, body) => {
  if (!source) {
    const path = pathOf(tree, tree.id ?? slugOf(tree.title ?? "", syllables, form.longest));
    return { path, text: fileText(form, tree, body) };
  }
  const changed = draft.body === before.body ? undefined : body;
  return { path: source.path, text: changedText(form, source, changesOf(before.tree, tree), changed) };
};

/** What the draft makes: front matter, the file, its dates, and all problems. */
const made = () => {
  const { tree, problems } = read(form, draft.typed);
  const body = `${draft.body.replace(/^\n+|\s+$/g, "")}\n`;
  const found = { tree, body, dates: [], problems: [...problems, ...privateProblems(form, tree, draft.body)] };
  try {
    found.dates = datesOf(form, tree);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const isRead = !problems.some(({ path }) => path[0] === error.path[0]);
    if (isRead) found.problems.push(problemOf(form, error.path, error));
  }
  found.problems.push(...neighbourProblems(form, tree, found.dates, events, asked.split("/").at(-2)));
  return Object.assign(found, fileOf(tree, body));
};

/** The element of the value at a path, or of the nearest value around it. */
const placeOf = (path) => {
  for (let length = path.length; length; length -= 1) {
    const place = document.querySelector(`[data-path="${CSS.escape(path.slice(0, length).join("."))}"]`);
    if (place) return place;
  }
  return part("form");
};

const sayWrong = (place, problem) => {
  const wrong = place.querySelector(":scope > .wrong");
  const line = `${problem.message} ${problem.hint}`.trim();
  wrong.textContent = wrong.hidden ? line : `${wrong.textContent} ${line}`;
  wrong.hidden = false;
  if (problem.isWarning) return;
  for (const control of all(":scope > :is(input, select, textarea), .moment > input", place)) {
    control.setAttribute("aria-invalid", "true");
  }
};

const showProblems = (problems) => {
  for (const wrong of all(".wrong:not([hidden])")) Object.assign(wrong, { hidden: true, textContent: "" });
  for (const control of all("[aria-invalid]")) control.removeAttribute("aria-invalid");
  for (const problem of problems.filter(({ name }) => isTried || !NOT_YET.includes(name))) {
    sayWrong(placeOf(problem.path), problem);
  }
};

const dateText = ({ start, end }) => {
  const day = (moment) => `${moment.slice(0, 10)} ${words.weekdayNames[weekdayOf(moment.slice(0, 10))]}`;
  const last = end && (end.slice(0, 10) === start.slice(0, 10) ? end.slice(11, 16) : `${day(end)} ${end.slice(11, 16)}`);
  return [`${day(start)} ${shown(start).slice(11)}`.trim(), last?.trim()].filter(Boolean).join(" – ");
};

/** The dates of a repeat have a box each: without its tick nothing takes place that day. */
const dateLine = (date, excepted) => {
  if (!draft.typed.repeat) return make("li", { textContent: dateText(date) });
  const day = date.day ?? date.start;
  const box = make("input", { type: "checkbox", checked: !excepted });
  box.addEventListener("input", () => {
    const others = (draft.typed.except ?? []).filter((one) => one !== day);
    draft.typed.except = box.checked ? others : [...others, day].sort();
    change();
  });
  return make("li", {}, make("label", { className: "tick" }, box, dateText(date)));
};

const showDates = ({ tree, dates }) => {
  const excepted = (tree.except ?? []).map((day) => [{ day, start: day }, true]);
  const lines = [...dates.map((date) => [date, false]), ...excepted].sort(([one], [other]) => (one.start < other.start ? -1 : 1));
  const isPlain = lines.length < 2 && !tree.repeat;
  part("dates").replaceChildren(...(isPlain ? [] : lines.map(([date, off]) => dateLine(date, off))));
  part("date-count").textContent = isPlain ? "" : words.dates.replace("{count}", dates.length);
};

/** Says how far the form is; the same words are said once only. */
const showState = ({ problems }) => {
  const missing = problems.filter(({ name }) => NOT_YET.includes(name)).map(({ path }) => fields.get(path[0])?.label);
  const faults = problems.filter(({ name, isWarning }) => !isWarning && !NOT_YET.includes(name)).length;
  const warnings = problems.filter(({ isWarning }) => isWarning).length;
  const parts = [
    missing.length ? words.missing.replace("{names}", [...new Set(missing)].join("、")) : "",
    faults ? words.faults.replace("{count}", faults) : "",
    warnings ? words.warnings.replace("{count}", warnings) : "",
  ].filter(Boolean);
  const text = parts.join(" ") || words.ready;
  if (part("state").textContent !== text) part("state").textContent = text;
};

/** The lines that go and come, each marked by a sign and an element, with the lines around them. */
const changedParts = (text) =>
  difference(source.text, text).map(([sign, line]) => {
    const marked = `${sign} ${line}\n`;
    return sign === " " ? marked : make(sign === "-" ? "del" : "ins", { textContent: marked });
  });

let waiting = 0;
const show = () => {
  const found = made();
  showProblems(found.problems);
  showDates(found);
  showState(found);
  part("preview").replaceChildren(...previewOf(draft.body));
  part("preview").hidden = !draft.body.trim();
  part("path").textContent = found.path;
  part("text").replaceChildren(...(source ? changedParts(found.text) : [found.text]));
};

/** Keeps what is typed and shows what it makes; the loud parts follow after a pause. */
function change() {
  if (!keepDraft(asked, draft)) part("kept").textContent = words.notKept;
  clearTimeout(waiting);
  waiting = setTimeout(show, PAUSE);
}

const isEmpty = (value) => value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** Fills what a programme always has into keys that are empty, and the themes of the month. */
const fillUsual = () => {
  const usual = form.programmes[draft.typed.programme];
  if (!usual) return;
  const month = draft.typed.start?.slice(0, 7);
  const themes = usual.themes?.[month];
  const values = typedOf(form, { ...usual.values, ...(themes ? { theme: themes } : {}) });
  for (const [key, value] of Object.entries(values)) if (isEmpty(draft.typed[key])) draft.typed[key] = value;
  draw();
};

const redraw = (keys) => {
  for (const key of keys) document.querySelector(`[data-path="${key}"]`).replaceWith(controlFor(key));
};

/** The first session takes the start and the end that were typed before: an event with sessions has none of its own. */
const withStart = (sessions) => {
  const { start, end } = draft.typed;
  if (sessions.length !== 1 || !start || sessions[0].start) return sessions;
  Object.assign(draft.typed, { start: "", end: "" });
  redraw(["start", "end"]);
  return [{ ...sessions[0], start, end: end ?? "" }];
};

const valueAt = (key) => ({
  get: () => draft.typed[key],
  set: (value) => {
    draft.typed[key] = key === "sessions" ? withStart(value) : value;
    change();
    if (key === "start") repeats?.follow();
  },
});

let repeats;
const controlFor = (key) => {
  const field = fields.get(key);
  if (key === "repeat") {
    repeats = repeatControl(field, valueAt(key), () => draft.typed.start);
    return repeats.box;
  }
  return fieldControl(field, [key], valueAt(key));
};

/** Makes all controls anew from the draft. */
const draw = () => {
  for (const place of all("[data-keys]")) place.replaceChildren(...place.dataset.keys.split(" ").map(controlFor));
  part("body").value = draft.body;
  document.querySelector("[data-path='programme'] select")?.addEventListener("change", fillUsual);
};

/** Reads dates in words into start and end. */
const readWords = () => {
  const span = spanIn(part("when").value, dayOf(new Date()), form.dates);
  part("when-wrong").hidden = Boolean(span) || !part("when").value.trim();
  if (!span) return;
  draft.typed.start = span.start;
  draft.typed.end = span.end ?? "";
  redraw(["start", "end"]);
  repeats?.follow();
  change();
};

/** What the draft makes, if it has no fault; else the first fault gets the focus. */
const ready = () => {
  isTried = true;
  show();
  const found = made();
  const fault = found.problems.find(({ isWarning }) => !isWarning);
  if (!fault) return found;
  const place = placeOf(fault.path);
  place.closest("details")?.setAttribute("open", "");
  (place.querySelector("input, select, textarea") ?? place).focus();
  return undefined;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    part("by-hand").hidden = false;
    part("by-hand").value = text;
    part("by-hand").focus();
    part("by-hand").select();
    return false;
  }
};
const say = (text) => (part("said").textContent = text);

/** The text that people read: a new event whole, of a change the lines that go and come. */
const tellOf = ({ tree, body, path, text }) => {
  if (!source) return told(form, tree, body, words);
  const lines = difference(source.text, text).filter(([sign]) => sign !== " ");
  return [path, ...lines.map(([sign, line]) => `${sign} ${line}`)].join("\n");
};

const WAYS_OUT = {
  download: ({ path, text }) => {
    download(path.split("/").at(-1), text);
    say(words.downloaded.replace("{path}", path));
  },
  copy: async ({ text }) => say((await copy(text)) ? words.copied : words.byHand),
  tell: async (found) => {
    const text = tellOf(found);
    say((await copy(text)) ? words.told : words.byHand);
  },
  mail: (found) => {
    location.href = mailAddress(form.submission.mail, found.tree.title, tellOf(found));
  },
  forge: async ({ path, text }) => {
    if (source) {
      say((await copy(text)) ? words.replaceThere.replace("{path}", path) : words.byHand);
      window.open(editAddress(form.submission, path), "_blank", "noopener");
      return;
    }
    const { address, isFilled } = forgeAddress(form.submission, path, text);
    if (!isFilled) say((await copy(text)) ? words.pasteThere.replace("{path}", path) : words.byHand);
    window.open(address, "_blank", "noopener");
  },
};

for (const button of all("[data-way]")) {
  button.addEventListener("click", () => {
    const found = ready();
    if (found) WAYS_OUT[button.dataset.way](found);
  });
}
part("form").addEventListener("submit", (sent) => sent.preventDefault());
part("body").addEventListener("input", () => {
  draft.body = part("body").value;
  change();
});
part("when").addEventListener("input", readWords);
part("new").addEventListener("click", () => {
  if (!window.confirm(words.discard)) return;
  dropDraft(asked);
  draft = source ? { typed: typedOf(form, source.tree), body: before.body } : { typed: {}, body: "" };
  isTried = false;
  part("when").value = "";
  draw();
  change();
  part("form").querySelector("input").focus();
});

const loadEvents = async () => {
  if (!form.events) return;
  try {
    const answer = await fetch(root.dataset.base + form.events.slice(1));
    events = (await answer.json()).events;
    show();
  } catch {
    say(words.notCompared);
  }
};

/** Opens the event whose page led here. Returns whether the form can change its file. */
const openEvent = async () => {
  const answer = await fetch(`${root.dataset.base}admin${asked.slice(0, -1)}.json`);
  source = await answer.json();
  if (!source.keys.length) return false;
  const typed = typedOf(form, source.tree);
  const body = source.text.split("\n").slice(source.lines + 2).join("\n");
  before = { tree: read(form, typed).tree, body };
  draft = keptDraft(asked, { typed, body });
  return true;
};

const start = async () => {
  if (!asked) draft = keptDraft("", draft);
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
