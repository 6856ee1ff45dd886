// Finds the parts of pages that hold every word of a query.

const MOST = 30; // results
const BEFORE = 40; // characters of a part before the first word that was found
const AROUND = 160; // characters of a part that are shown

// Points of a word, by where it stands.
const TITLE = 8;
const HEADING = 4;
const TEXT = 1;

const wordsOf = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

/** The points of a part; 0 if it lacks a word. */
const points = (words, page, section) => {
  let sum = 0;
  for (const word of words) {
    const found =
      TITLE * page.title.toLowerCase().includes(word) +
      HEADING * (section.heading ?? "").toLowerCase().includes(word) +
      TEXT * (section.words ?? "").toLowerCase().includes(word);
    if (!found) return 0;
    sum += found;
  }
  return sum;
};

/** The words of a part around the first one that was found. */
const excerpt = (words, text) => {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...(places.length ? places : [0])) - BEFORE);
  const end = start + AROUND;
  return `${start ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
};

const partsOf = (page) =>
  page.sections?.length ? page.sections : [{ words: page.summary }];

/** The best parts of pages for a query, each with its page, its address and an excerpt. */
export const find = (pages, query) => {
  const words = wordsOf(query);
  if (!words.length) return [];
  return pages
    .flatMap((page) => partsOf(page).map((section) => ({ page, section, worth: points(words, page, section) })))
    .filter((one) => one.worth)
    .sort((one, other) => other.worth - one.worth)
    .slice(0, MOST)
    .map(({ page, section }) => ({
      page,
      heading: section.heading ?? "",
      fragment: section.id ? `#${section.id}` : "",
      excerpt: excerpt(words, section.words ?? ""),
    }));
};
