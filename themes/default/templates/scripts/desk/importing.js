// Imports a table or a calendar that is dropped on the page: a preview and questions first, then it is written.
import { ask } from "./asking.js";
import { deskWords } from "./deskwords.js";
import { action, element, keepingPlace, listOf, option, place, tell } from "./parts.js";

const asked = new Map(); // every question about a name, also those that have an answer
let table;

const labelled = (text, control) => element("label", { className: "answer" }, text, " ", control);

/** A control whose new value changes the answers, and the preview with them. */
const asking = (control, answers) => {
  control.addEventListener("change", () => {
    table = { ...table, ...answers() };
    preview();
  });
  return control;
};

const nameQuestion = ({ header, name, rows, suggestion, known }) => {
  const names = [...new Set([suggestion, ...known])].filter(Boolean);
  const choice = element("select", {}, option("", deskWords.leaveOpen), ...names.map((one) => option(one)));
  choice.value = table.names[name] ?? "";
  const words = { "{header}": header, "{name}": name, "{rows}": rows, "{suggestion}": suggestion };
  const filled = (text) => Object.entries(words).reduce((made, [mark, word]) => made.replaceAll(mark, word), text);
  const text = filled(suggestion ? deskWords.unknownLike : deskWords.unknownName);
  return labelled(text, asking(choice, () => ({ names: { ...table.names, [name]: choice.value } })));
};

const titleQuestion = (headers) => {
  const choice = element("select", {}, option(""), ...headers.map((one) => option(one)));
  return labelled(deskWords.whichTitle, asking(choice, () => ({ title: choice.value })));
};

const settings = ({ programmes }) => {
  const year = element("input", { type: "text", inputMode: "numeric", value: table.year ?? "" });
  const programme = element("select", {}, option("", deskWords.none), ...programmes.map((one) => option(...one)));
  programme.value = table.programme;
  const contacts = element("input", { type: "checkbox", checked: table.contacts });
  return [
    labelled(deskWords.year, asking(year, () => ({ year: Number(year.value) || null }))),
    labelled(deskWords.programme, asking(programme, () => ({ programme: programme.value }))),
    labelled(deskWords.contacts, asking(contacts, () => ({ contacts: contacts.checked }))),
  ];
};

const rowElement = ({ row, title, day, place: where, state, questions, notes }) => {
  const said = [...questions, ...notes];
  const head = element("th", { scope: "row" }, title, ...listOf(said));
  const cells = [row, day ?? "", where, state].map((text) => element("td", { textContent: text }));
  return element("tr", {}, cells[0], head, ...cells.slice(1));
};

const rowTable = (rows) => {
  const heads = deskWords.importColumns.map((name) => element("th", { scope: "col", textContent: name }));
  const body = element("tbody", {}, ...rows.map(rowElement));
  const made = element("table", { className: "rows" }, element("thead", {}, element("tr", {}, ...heads)), body);
  return element("div", { className: "scrolling", tabIndex: 0 }, made);
};

const titled = (title, lines) => (lines.length ? [element("h3", { textContent: title }), ...listOf(lines)] : []);

const close = (text) => {
  table = undefined;
  keepingPlace(() => place("import").replaceChildren());
  place("import-file").value = "";
  tell(text);
};

/** Writes what was shown. If the content has changed meanwhile, shows what would be written now. */
const write = (agreed) => async () => {
  try {
    const found = await ask("import", { ...table, agreed });
    close(deskWords.imported.replace("{count}", found.rows.length));
    place("import").replaceChildren(...titled(deskWords.leftOut, found.left_out.map(leftOutLine)));
  } catch (refusal) {
    if (refusal.status !== 409) throw refusal;
    show(refusal.value);
    tell(deskWords.planChanged);
  }
};

const leftOutLine = ({ title, reason }) => `${title} ${reason}`.trim();

const show = (found) => {
  const { fault, headers, rows, unchanged, names, left_out: leftOut, remarks, gone, agreed } = found;
  const stop = action(deskWords.dropImport, () => close(""));
  if (fault) {
    const question = headers.length ? [titleQuestion(headers)] : [];
    const actions = element("p", { className: "actions" }, stop);
    place("import").replaceChildren(element("p", { className: "wrong", textContent: fault }), ...question, actions);
    return;
  }
  for (const one of names) asked.set(one.name, one);
  const questions = [...asked.values()].map(nameQuestion);
  const sum = deskWords.importSum.replace("{count}", rows.length).replace("{unchanged}", unchanged);
  const writeButton = action(deskWords.writeImport.replace("{count}", rows.length), write(agreed), false);
  place("import").replaceChildren(
    element("p", { textContent: `${table.name} · ${sum}` }),
    ...(questions.length ? [element("h3", { textContent: deskWords.questions }), ...questions] : []),
    element("details", {}, element("summary", { textContent: deskWords.importSettings }), ...settings(found)),
    ...titled(deskWords.remarks, remarks),
    ...titled(deskWords.leftOut, leftOut.map(leftOutLine)),
    ...titled(deskWords.gone, gone),
    ...(rows.length ? [rowTable(rows)] : []),
    element("p", { className: "actions" }, ...(rows.length ? [writeButton] : []), stop),
  );
};

/** Shows the preview. While an answer was on its way another may have been given: the last one counts. */
const preview = async () => {
  const sent = table;
  try {
    const found = await ask("import", sent);
    if (table === sent) keepingPlace(() => show(found));
  } catch (refusal) {
    tell(refusal.message);
  }
};

const base64 = (file) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => failed(reader.error));
    reader.readAsDataURL(file);
  });

const take = async (file) => {
  if (!file) return;
  tell("");
  asked.clear();
  const noAnswers = { year: null, programme: "", contacts: false, names: {}, title: "" };
  table = { name: file.name, data: await base64(file), ...noAnswers };
  await preview();
  place("import").scrollIntoView({ block: "nearest" });
};

/** Takes a file that is chosen or dropped anywhere on the page. */
export const takeTables = () => {
  place("import-file").addEventListener("change", () => take(place("import-file").files[0]));
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (dragged) => dragged.preventDefault());
  document.addEventListener("drop", (dropped) => take(dropped.dataTransfer.files[0]));
};
