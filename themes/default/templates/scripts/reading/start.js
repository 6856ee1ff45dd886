// Begins and ends the reading of the page, and marks what is being read.
import { sentencesWithin } from "./parts.js";
import { voiceFor } from "./speaking.js";
import { showBar } from "./bar.js";

let stop; // ends the reading that is under way; undefined if there is none

/** Marks one element of the page at a time and keeps it in sight. */
const marker = () => {
  let marked;
  return (block) => {
    marked?.classList.remove("being-read");
    marked = block;
    marked?.classList.add("being-read");
    marked?.scrollIntoView({ block: "nearest" });
  };
};

const begin = (button) => {
  const mark = marker();
  const leaving = new AbortController();
  const end = () => {
    leaving.abort();
    voice.hush();
    mark();
    if (document.activeElement?.closest(".reader")) button.focus();
    bar.remove();
    button.setAttribute("aria-pressed", "false");
    stop = undefined;
  };
  const voice = voiceFor(sentencesWithin(document.querySelector("#page-main")), {
    onSentence: ({ block }) => mark(block),
    onEnd: end,
    onFailure: () => {
      mark();
      bar.fail();
    },
  });
  const bar = showBar(button.parentElement, { onPause: voice.hush, onContinue: voice.speak, onStop: end });
  const { signal } = leaving;
  addEventListener("pagehide", end, { signal }); // browsers go on speaking on the next page
  addEventListener("keydown", ({ key }) => key === "Escape" && end(), { signal });
  button.setAttribute("aria-pressed", "true");
  stop = end;
  voice.speak();
};

/** Begins to read the page aloud, or ends it; `button` shows which. */
export const toggleReading = (button) => {
  if (stop) stop();
  else begin(button);
};
