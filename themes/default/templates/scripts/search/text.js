// Texts as a search compares them, and as it marks them.

/** A text in which full-width, compatible and capital characters are folded. */
export const plain = (text) => text.normalize("NFKC").toLowerCase();

/** The words of a text, folded. */
export const wordsIn = (text) => plain(text).split(/\s+/).filter(Boolean);

const spotsOf = (text, wanted) => {
  const folded = plain(text);
  // Where folding has changed the length, places in one text are not places in the other: nothing is marked then.
  if (folded.length !== text.length) return [];
  const spots = wanted.map((word) => [folded.indexOf(word), word.length]).filter(([start]) => start >= 0);
  return spots.sort(([one], [other]) => one - other);
};

/** A text as a node in which the first place of each wanted word is marked. */
export const marked = (text, wanted) => {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const [start, length] of spotsOf(text, wanted)) {
    if (start < end) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, start + length);
    fragment.append(text.slice(end, start), mark);
    end = start + length;
  }
  fragment.append(text.slice(end));
  return fragment;
};
