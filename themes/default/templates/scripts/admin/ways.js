// The ways out of the form, once nothing is wrong.
import { difference } from "./editing.js";
import { made } from "./making.js";
import { download, editAddress, forgeAddress, mailAddress } from "./sending.js";
import { form, part, words } from "./settings.js";
import { placeOf, show } from "./showing.js";
import { state } from "./state.js";
import { told } from "./telling.js";

const firstOnPage = (places) =>
  places.reduce((first, one) =>
    first.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING ? one : first,
  );

/** What the draft makes, if no problem of it `isFault`; else the first place with a fault gets the focus. */
export const ready = (isFault = ({ isWarning }) => !isWarning) => {
  state.isTried = true;
  show();
  const found = made();
  const places = found.problems.filter(isFault).map(({ path }) => placeOf(path));
  if (!places.length) return found;
  const place = firstOnPage(places);
  place.closest("details")?.setAttribute("open", "");
  (place.querySelector("input, select, textarea") ?? place).focus();
  return undefined;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    part("by-hand").hidden = false;
    part("by-hand").value = text;
    part("by-hand").focus();
    part("by-hand").select();
    return false;
  }
};

/** Says what has become of the event, below the buttons. */
export const say = (text) => {
  part("said").textContent = text;
  part("said").scrollIntoView({ block: "nearest" });
};

/** The text that people read: a new event whole, of a change the lines that go and come. */
const tellOf = ({ tree, body, path, text }) => {
  if (!state.source) return told(form, tree, body, words);
  const lines = difference(state.source.text, text).filter(([sign]) => sign !== " ");
  return [path, ...lines.map(([sign, line]) => `${sign} ${line}`)].join("\n");
};

export const WAYS_OUT = {
  download: ({ path, text }) => {
    download(path.split("/").at(-1), text);
    say(words.downloaded.replace("{path}", () => path));
  },
  copy: async ({ text }) => say((await copy(text)) ? words.copied : words.byHand),
  tell: async (found) => {
    const text = tellOf(found);
    say((await copy(text)) ? words.told : words.byHand);
  },
  mail: (found) => {
    location.href = mailAddress(form.submission.mail, found.tree.title, tellOf(found));
  },
  forge: async ({ path, text }) => {
    if (state.source) {
      say((await copy(text)) ? words.replaceThere.replace("{path}", () => path) : words.byHand);
      window.open(editAddress(form.submission, path), "_blank", "noopener");
      return;
    }
    const { address, isFilled } = forgeAddress(form.submission, path, text);
    if (isFilled) say(words.filledThere);
    else say((await copy(text)) ? words.pasteThere.replace("{path}", () => path) : words.byHand);
    window.open(address, "_blank", "noopener");
  },
};
