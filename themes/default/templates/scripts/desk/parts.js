// Elements of the desk's page.
import { deskWords } from "./deskwords.js";

/** The element of a name. */
export const place = (name) => document.querySelector(`#desk-${name}`);

/** An element with properties and children. */
export const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** A button with its action. Its failure is said above the lists. It keeps the focus while it acts. */
export const action = (textContent, act, isQuiet = true) => {
  const made = element("button", { type: "button", className: isQuiet ? "button quiet" : "button", textContent });
  made.addEventListener("click", async () => {
    if (made.ariaDisabled) return;
    made.ariaDisabled = "true";
    try {
      await act();
    } catch (refusal) {
      tell(refusal.message);
    }
    made.ariaDisabled = null;
  });
  return made;
};

/** Makes a change. If the element with the focus goes, one goes on at the heading of its part. */
export const keepingPlace = (change) => {
  const before = document.activeElement;
  const part = before?.closest("section");
  change();
  if (!part || (before.isConnected && before.checkVisibility())) return;
  const heading = part.querySelector("h2");
  heading.tabIndex = -1;
  heading.focus();
};

/** Says something above the lists. */
export const tell = (text) => {
  place("said").hidden = !text;
  place("said").textContent = text;
};

/** A link to the form with the file of an event. */
export const formLink = (path, title) =>
  element("a", { href: `/__almanac__/desk/form/?file=${encodeURIComponent(path)}`, textContent: title });

/** The day of an event, or that it has none yet. */
export const dayLine = (day) => element("span", { className: "day", textContent: day ?? deskWords.noDay });

/** A choice of a list. */
export const option = (value, textContent = value) => element("option", { value, textContent });

/** A list of lines of text or elements; none if there are no lines. */
export const listOf = (lines) => {
  const entries = lines.map((one) => element("li", {}, one));
  return lines.length ? [element("ul", {}, ...entries)] : [];
};
