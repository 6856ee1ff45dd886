// The bar at the foot of the window while a page is read aloud.
import { words } from "../page/words.js";

const buttonWith = (text, onClick) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = text;
  button.addEventListener("click", onClick);
  return button;
};

/** Shows the bar after an element of the page, so that its buttons are the next ones for the keyboard. */
export const showBar = (after, { onPause, onContinue, onStop }) => {
  let paused = false;
  const bar = document.createElement("div");
  bar.className = "reader";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", words.reading);
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const pausing = buttonWith(words.readingPause, () => {
    paused = !paused;
    pausing.textContent = paused ? words.readingContinue : words.readingPause;
    if (paused) onPause();
    else onContinue();
  });
  bar.append(said, pausing, buttonWith(words.readingStop, onStop));
  after.after(bar);
  const fail = () => {
    said.textContent = words.readingFailed;
    pausing.hidden = true;
  };
  return { fail, remove: () => bar.remove() };
};
