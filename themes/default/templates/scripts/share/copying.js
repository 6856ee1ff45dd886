// Copying with formatting, by the way that a browser has.

// The command comes first: it works without https, and browsers put exactly this HTML on the clipboard. Chromium's
// newer way cleans it first, under the policy of the page, and complains of each style.
const copyByCommand = (html, text) => {
  const put = (copying) => {
    copying.preventDefault();
    copying.clipboardData.setData("text/html", html);
    copying.clipboardData.setData("text/plain", text);
  };
  document.addEventListener("copy", put, { once: true });
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", put);
  }
};

const copyByClipboard = async (html, text) => {
  try {
    const types = { "text/html": html, "text/plain": text };
    const blobs = Object.entries(types).map(([type, content]) => [type, new Blob([content], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return false;
  }
};

/** Copies a text. Returns whether it worked; `field` holds the text and stays selected where it did not. */
export const copyText = async (field) => {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  }
};

/** Copies an article. Returns "article" with formatting, "plain" without, "byHand" where nothing was copied. */
export const copyArticle = async (html, plain) => {
  if (copyByCommand(html, plain.value) || (await copyByClipboard(html, plain.value))) return "article";
  return (await copyText(plain)) ? "plain" : "byHand";
};
