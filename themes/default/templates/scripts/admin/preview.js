// How the text of an event looks, for the marks that staff use: headings, lists, bold words and links.
import { make } from "./elements.js";

const MARKS = /\*\*(?<bold>[^*]+)\*\*|\[(?<text>[^\]]+)\]\((?<address>https?:\/\/[^\s)]+)\)/g;

const inlineOf = (line) => {
  const found = [];
  let end = 0;
  for (const mark of line.matchAll(MARKS)) {
    const { bold, text, address } = mark.groups;
    found.push(line.slice(end, mark.index));
    const link = () => make("a", { href: address, textContent: text, rel: "noopener" });
    found.push(bold ? make("strong", { textContent: bold }) : link());
    end = mark.index + mark[0].length;
  }
  return [...found, line.slice(end)];
};

const blockOf = (block) => {
  const lines = block.split("\n");
  const heading = /^#{1,4}\s+(.+)$/.exec(block);
  if (heading) return make("h3", {}, ...inlineOf(heading[1]));
  if (lines.every((line) => /^[-*]\s+/.test(line))) {
    return make("ul", {}, ...lines.map((line) => make("li", {}, ...inlineOf(line.replace(/^[-*]\s+/, "")))));
  }
  return make("p", {}, ...inlineOf(lines.join(" ")));
};

/** The elements of a text. */
export const previewOf = (body) =>
  body
    .trim()
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map(blockOf);
