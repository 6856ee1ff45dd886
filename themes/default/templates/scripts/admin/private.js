// Mobile and identity-card numbers in what is typed.
import { Unreadable, problemOf } from "./messages.js";
import { isMapping } from "./writing.js";

const WIDE = /[！-～]/g;
const DASHES = /[‐‑‒–—]/g;

/** The text with full-width signs as ASCII and without web addresses, sign by sign. */
const plainOf = (text, address) =>
  text
    .replace(WIDE, (sign) => String.fromCodePoint(sign.codePointAt(0) - 0xfee0))
    .replace(DASHES, "-")
    .replace(new RegExp(address, "gi"), (found) => " ".repeat(found.length));

const masked = (number) => `${number.slice(0, 3)}****${number.slice(-2)}`;

/** The private numbers of a text as `check` finds them: the kind of each, and the number with its middle hidden. */
export const numbersIn = (form, text) =>
  [...plainOf(text, form.patterns.address).matchAll(new RegExp(form.patterns.private, "g"))].map((found) => ({
    kind: found.groups.mobile ? "mobile" : "identity",
    number: masked(text.slice(found.index, found.index + found[0].length)),
  }));

const textsOf = (value, path) => {
  if (typeof value === "string") return [[path, value]];
  const entries = isMapping(value) ? Object.entries(value) : [...value.entries()];
  return entries.flatMap(([key, entry]) => textsOf(entry, [...path, key]));
};

/** A problem for each private number in the front matter and the body. */
export const privateProblems = (form, tree, body) =>
  [...textsOf(tree, []), [["body"], body]].flatMap(([path, text]) =>
    numbersIn(form, text).map(({ kind, number }) =>
      problemOf(form, path, new Unreadable(kind, { number, hint: "private_hint" })),
    ),
  );
