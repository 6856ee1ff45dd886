// Shows an article as it looks.

// The policy of the page forbids styles in markup, so they are set one by one; and it forbids pictures of other hosts,
// so those of this site are taken from where the page comes from.

const TAG = /<[a-z][^>]*>/g; // no attribute of the article holds ">"
const withoutStyles = (html) => html.replace(TAG, (tag) => tag.replace(" style=", " data-style="));

const copyOf = (node) => {
  if (node.nodeType !== Node.ELEMENT_NODE) return document.createTextNode(node.textContent);
  const made = document.createElement(node.localName);
  made.style.cssText = node.dataset.style ?? "";
  if (node.localName === "img") Object.assign(made, { src: new URL(node.getAttribute("src")).pathname, alt: node.alt });
  made.append(...[...node.childNodes].map(copyOf));
  return made;
};

/** Fills `place` with the article that `html` holds. */
export const showArticle = (place, html) => {
  const parsed = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  place.replaceChildren(...[...parsed.body.childNodes].map(copyOf));
  place.hidden = false;
};
