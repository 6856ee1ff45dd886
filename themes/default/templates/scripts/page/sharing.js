// Buttons that copy an address or share the page, and what WeChat's visitors need to know.
import { all } from "./dom.js";
import { words } from "./words.js";

const tell = (text) => {
  const said = document.querySelector("[data-said]");
  if (said) said.textContent = text;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    tell(words.copied);
  } catch {
    tell(`${words.copyFailed} ${text}`);
  }
};

// Closing the sheet of the system rejects the promise, and is no error.
const share = (click) => {
  click.preventDefault();
  navigator.share({ title: document.title, url: location.href }).catch(() => undefined);
};

/** Whether this is WeChat's browser, which saves no files and subscribes to no calendars. */
export const inWeChat = () => /MicroMessenger/i.test(navigator.userAgent);

/** Shows the buttons that work in this browser. */
export const startSharing = () => {
  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button.dataset.copy));
  }
  // Elsewhere the link leads to the other ways of sharing.
  for (const link of navigator.share ? all("[data-share]") : []) link.addEventListener("click", share);
  for (const link of inWeChat() ? all("a[download], a[href^='webcal:']") : []) {
    link.addEventListener("click", () => tell(words.wechat));
  }
};
