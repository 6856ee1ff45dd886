// Pictures that are not on the first screen wait until the visitor scrolls: browsers load "lazy" ones screens ahead.
import { all } from "./dom.js";

const show = (picture) => {
  if (!picture.dataset.src) return;
  picture.src = picture.dataset.src;
  delete picture.dataset.src;
};
const HALF = 0.5; // of a picture that has to be on the screen
const screen = new IntersectionObserver(
  (changes) => {
    for (const { target } of changes.filter((change) => change.isIntersecting)) {
      screen.unobserve(target);
      show(target);
    }
  },
  { threshold: HALF },
);

/** Keeps a picture from being loaded before it is on the screen, or near it once the visitor scrolls. */
export const deferPicture = (picture) => {
  picture.dataset.src = picture.getAttribute("src");
  picture.removeAttribute("src");
  screen.observe(picture);
};

/** Defers the pictures of the page that may load late. */
export const startPictures = () => {
  all("img[loading='lazy']").forEach(deferPicture);
  addEventListener("scroll", () => all("img[data-src]").forEach(show), { once: true });
};
