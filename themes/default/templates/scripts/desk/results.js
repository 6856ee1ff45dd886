// The table of results: a row for each event that is over, with the fields of its result.
import { ask } from "./asking.js";
import { deskWords } from "./deskwords.js";
import { action, dayLine, element, formLink, option, place, tell } from "./parts.js";

const fields = JSON.parse(document.querySelector("#desk-result").textContent);
const HELD = "held";
const COUNTED = "number";
const rows = new Map();

const controlOf = (field) => {
  if (field.kind === "flag") {
    return element("select", {}, option(""), option("true", deskWords.yes), option("false", deskWords.no));
  }
  const inputMode = field.kind === COUNTED ? "numeric" : "text";
  return element("input", { type: "text", inputMode, autocomplete: "off" });
};

/** A row with its controls by key. A number of participants means that the event was held. */
const rowOf = ({ path, title, day }) => {
  const controls = new Map(fields.map((field) => [field.key, controlOf(field)]));
  const wrong = element("p", { className: "wrong", id: `wrong-${encodeURIComponent(path)}`, hidden: true });
  const cells = fields.map((field) => {
    const control = controls.get(field.key);
    control.setAttribute("aria-label", `${title} · ${field.label}`);
    control.setAttribute("aria-describedby", wrong.id);
    return element("td", {}, element("span", { className: "label", textContent: field.label }), control);
  });
  const counted = fields.find(({ kind }) => kind === COUNTED);
  controls.get(counted.key).addEventListener("input", (typed) => {
    if (typed.target.value.trim() && !controls.get(HELD).value) controls.get(HELD).value = "true";
  });
  const head = element("th", { scope: "row" }, formLink(path, title), " ", dayLine(day), wrong);
  return { path, controls, wrong, element: element("tr", {}, head, ...cells) };
};

const valuesOf = ({ controls }) =>
  Object.fromEntries([...controls].map(([key, control]) => [key, control.value.trim()]).filter(([, value]) => value));

const showProblems = (row, problems) => {
  row.wrong.textContent = problems.map(({ message, hint }) => `${message} ${hint}`.trim()).join(" ");
  row.wrong.hidden = !problems.length;
  for (const [key, control] of row.controls) {
    control.setAttribute("aria-invalid", String(problems.some((one) => one.key.includes(key))));
  }
};

const save = async () => {
  const filled = [...rows.values()].filter((row) => Object.keys(valuesOf(row)).length);
  const results = filled.map((row) => ({ path: row.path, values: valuesOf(row) }));
  if (!results.length) {
    tell(deskWords.nothingFilled);
    return;
  }
  const answer = await ask("results", { results });
  for (const { path, problems } of answer.results) if (rows.has(path)) showProblems(rows.get(path), problems);
  const saved = answer.results.filter(({ problems }) => !problems.length).length;
  tell(deskWords.resultsSaved.replace("{saved}", saved).replace("{count}", results.length));
};

/** Shows the events that lack a result. Rows that somebody has begun to fill stay as they are. */
export const showResults = (overdue) => {
  const paths = new Set(overdue.map(({ path }) => path));
  for (const path of rows.keys()) if (!paths.has(path)) rows.delete(path);
  for (const event of overdue) if (!rows.has(event.path)) rows.set(event.path, rowOf(event));
  const body = place("results");
  const elements = overdue.map(({ path }) => rows.get(path).element);
  const isSame = elements.length === body.children.length && elements.every((one, at) => one === body.children[at]);
  if (!isSame) body.replaceChildren(...elements);
  place("results-table").hidden = !overdue.length;
};

place("save-results").append(action(deskWords.saveResults, save, false));
