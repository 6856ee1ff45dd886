// The questions that an import has left in the file of a draft. They go when the event is published.
import { make } from "../admin/elements.js";
import { part } from "../admin/settings.js";
import { state } from "../admin/state.js";

const MARK = "#? ";

/** The text of a file without its questions, which stand above the keys. */
export const withoutQuestions = (text) => {
  const lines = text.split("\n");
  const end = lines.indexOf("---", 1);
  return lines.filter((line, place) => place > end || !line.startsWith(MARK.trim())).join("\n");
};

/** Shows the questions of the file. */
export const showQuestions = () => {
  const lines = (state.source?.text ?? "").split("\n").filter((line) => line.startsWith(MARK));
  part("questions").replaceChildren(...lines.map((line) => make("li", { textContent: line.slice(MARK.length) })));
  part("asked").hidden = !lines.length;
};
