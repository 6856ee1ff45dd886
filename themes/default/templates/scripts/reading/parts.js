// What is read aloud: the visible texts of a page, sentence by sentence, each with the element that shows it.
const SILENT = "nav, button, input, select, textarea, script, style, template, svg, .grid, [aria-hidden='true']";
const INLINE = new Set(["inline", "contents", "ruby", "ruby-text"]);
const WORD = /[\p{L}\p{N}]/u;

/** The nearest element around a node that begins a line or a box of its own. */
const blockAround = (node) => {
  let found = node.parentElement;
  while (INLINE.has(getComputedStyle(found).display)) found = found.parentElement;
  return found;
};

const isTold = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
  if (node.matches(SILENT) || node.checkVisibility?.() === false) return NodeFilter.FILTER_REJECT;
  return node.localName === "img" ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
};

/** The visible texts and the descriptions of pictures within an element, joined where they share a block. */
const textsOf = (within) => {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, isTold);
  const texts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const block = blockAround(node);
    const last = texts.at(-1);
    const text = node.data ?? ` ${node.alt} `;
    if (last?.block === block) last.text += text;
    else texts.push({ block, text });
  }
  return texts;
};

const sentencesOf = (text, language) => {
  const whole = text.replace(/\s+/g, " ").trim();
  if (!Intl.Segmenter) return [whole];
  return [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(whole)].map(({ segment }) => segment);
};

/** The sentences of an element in their order: the words, their language, and the block that shows them. */
export const sentencesWithin = (within) =>
  textsOf(within).flatMap(({ block, text }) => {
    const { lang } = block.closest("[lang]");
    const sentences = sentencesOf(text, lang).map((sentence) => sentence.trim());
    return sentences.filter((sentence) => WORD.test(sentence)).map((words) => ({ words, lang, block }));
  });
