// Draws a slide, and makes its text smaller until it fits.
const SMALLEST = 0.55; // of the size in the style sheet
const STEP = 0.07;

const template = (name) => document.querySelector(`#screen-${name}`).content.firstElementChild;
const stage = document.querySelector("#screen-stage");

/** Puts texts into the parts of an element; parts without a text go. */
const fillParts = (element, texts) => {
  for (const part of element.querySelectorAll("[data-part]")) {
    const text = texts[part.dataset.part];
    if (text === undefined) continue;
    if (text) part.textContent = text;
    else part.remove();
  }
};

const tint = (element, colour) => colour && element.classList.add(`tint-${colour}`);

const rowElement = ({ when, title, place, off, colour }) => {
  const row = template("row").cloneNode(true);
  fillParts(row, { when, title, place });
  row.classList.toggle("off", Boolean(off));
  tint(row, colour);
  return row;
};

const lineElement = (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
};

/** A list with its elements; without any the list goes. */
const fillList = (list, elements) => (elements.length > 0 ? list.replaceChildren(...elements) : list.remove());

/** A picture that cannot be loaded goes with its frame, and the text takes its place. */
const showPicture = (picture, address) => {
  const frame = picture.parentElement;
  if (!address) {
    frame.remove();
    return;
  }
  picture.addEventListener("error", () => frame.remove(), { once: true });
  picture.src = address;
};

const slideElement = (slide) => {
  const element = template("slide").cloneNode(true);
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  element.classList.add(...slide.kind.split(" "));
  tint(element, slide.colour);
  fillParts(element, {
    kicker: slide.kicker,
    number: slide.number ?? "",
    title: slide.title ?? "",
    more: slide.more ?? "",
    caption: slide.caption ?? "",
  });
  fillList(part("lines"), (slide.lines ?? []).filter(Boolean).map(lineElement));
  fillList(part("rows"), (slide.rows ?? []).map(rowElement));
  showPicture(part("picture"), slide.picture);
  showPicture(part("code"), slide.code);
  return element;
};

const overflows = (element) => element.scrollHeight > element.clientHeight + 1;

const fit = (element) => {
  const text = element.querySelector(".slide-text");
  for (let size = 1; size > SMALLEST && overflows(text); size -= STEP) {
    element.style.setProperty("--fit", String(size - STEP));
  }
};

/** Shows a slide above the present one, which stays until `clearStage`, so that the stage is never empty. */
export const showSlide = (slide, still = false) => {
  const element = slideElement(slide);
  element.classList.toggle("still", still);
  stage.append(element);
  fit(element);
  if (still) clearStage();
};

/** Removes every slide but the last. */
export const clearStage = () => {
  while (stage.children.length > 1) stage.firstElementChild.remove();
};
