// Starred events: the id of each with a year whose data holds it, kept in this browser alone.
import { dayOf } from "./days.js";
import { all, root } from "./dom.js";
import { momentOf } from "./states.js";
import { words } from "./words.js";

const STARS = "almanac-stars";
let unkept = []; // a browser that blocks storage keeps the stars as long as the page

/** The starred events, as a map from id to year. */
export const stars = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(STARS) ?? "[]");
    return new Map(kept.filter(([id, year]) => typeof id === "string" && Number.isInteger(year)));
  } catch {
    return new Map(unkept);
  }
};

/** Keeps these events as the starred ones, and tells the page by the event "stars". */
export const keepStars = (starred) => {
  unkept = [...starred];
  try {
    localStorage.setItem(STARS, JSON.stringify(unkept));
  } catch {
    // The stars last as long as the page.
  }
  document.dispatchEvent(new Event("stars"));
};

/** Makes a button star an event; `showStars` shows its state. */
const makeStar = (button, id, year) => {
  Object.assign(button.dataset, { star: id, year });
  return button;
};

/** The button at the corner of a card. */
export const starButton = (id, year, title) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "star";
  button.setAttribute("aria-label", words.star.replace("{title}", () => title));
  return makeStar(button, id, year);
};

/** Shows at every button whether its event is starred. */
export const showStars = () => {
  const starred = stars();
  for (const button of all("[data-star]")) {
    const pressed = starred.has(button.dataset.star);
    const [on, off] = button.classList.contains("star") ? ["★", "☆"] : [words.starred, words.unstarred];
    button.setAttribute("aria-pressed", String(pressed));
    button.textContent = pressed ? on : off;
  }
};

const idOf = (address) => decodeURIComponent(new URL(address).pathname.split("/").at(-2));
const yearOf = (element) => Number(dayOf(momentOf(element.dataset.starts)).slice(0, 4));

/** Adds a button to each card of the page, except those of other sites' events. */
const addStars = () => {
  for (const card of all(".card[data-ends]:not(:has(> .star, .home))")) {
    const link = card.querySelector(".name a");
    card.append(starButton(idOf(link.href), yearOf(card), link.textContent));
  }
  showStars();
};

/** Shows the button of an event's own page. */
const showOwnStar = () => {
  const own = document.querySelector("#event-star");
  if (own) {
    own.hidden = false;
    makeStar(own, idOf(location.href), yearOf(document.querySelector("[data-event]")));
  }
  showStars();
};

/** Lets visitors star events, on a site with the page for it. */
export const startStars = () => {
  document.addEventListener("click", (click) => {
    const button = click.target.closest?.("[data-star]");
    if (!button) return;
    const starred = stars();
    if (!starred.delete(button.dataset.star)) starred.set(button.dataset.star, Number(button.dataset.year));
    keepStars(starred);
  });
  document.addEventListener("stars", showStars);
  addEventListener("storage", showStars); // of another window
  if (!("my" in root.dataset)) return;
  showOwnStar();
  setTimeout(addStars); // after the first painting: reading the page needs no stars
};
