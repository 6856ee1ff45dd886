// Runs the screen: the clock, the slides one after the other, and what changes on the one that is shown.
import { daysBetween, dayOf } from "../page/days.js";
import { root } from "../page/dom.js";
import { words } from "../page/words.js";
import { offerFullScreen, stayAwake } from "./awake.js";
import { present } from "./clock.js";
import { clearStage, showSlide } from "./drawing.js";
import { lookIfDue, showKept } from "./loading.js";
import { slidesAt } from "./slides.js";
import { clockText, dayWithWeekday, fill, shortDay } from "./texts.js";

const A_TICK = 1000; // milliseconds
const SHORTEST = 12_000; // that a slide stays
const PER_ROW = 2000; // that it stays longer for each row of a list
const LOOK_AGAIN = 5000; // after which the slide is compared with the present moment
const OLD = 2; // days after which the screen says of when its data are

let data;
let dates = [];
let key = ""; // of the slide that is shown
let drawn = ""; // the slide itself, as text
let turnAt = 0;
let lookAt = 0;

const part = (name) => document.querySelector(`#screen-${name}`);
const write = (name, text) => {
  if (part(name).textContent !== text) part(name).textContent = text;
};

const noteAt = ({ now, known }) => {
  if (!known) return words.clock;
  const built = data?.built.slice(0, 10);
  return data && daysBetween(built, dayOf(now)) > OLD ? fill(words.asOf, { day: shortDay(built) }) : "";
};

const showTime = (moment) => {
  write("day", moment.known ? dayWithWeekday(dayOf(moment.now)) : "");
  write("time", moment.known ? clockText(moment.now) : "");
  write("note", noteAt(moment));
};

const showSteps = (count, place) => {
  const steps = part("steps");
  while (steps.children.length < count) steps.append(document.createElement("span"));
  while (steps.children.length > count) steps.lastElementChild.remove();
  [...steps.children].forEach((step, index) => step.classList.toggle("here", index === place));
};

const draw = (slides, place, still) => {
  const slide = slides[place];
  showSteps(slides.length, place); // first: the slide is fitted into the room that the foot leaves
  showSlide(slide, still);
  [key, drawn] = [slide.key, JSON.stringify(slide)];
  root.dataset.slide = slide.key;
};

/** Turns to the next slide when it is time to, or when the present one is over; corrects it where it has changed. */
const update = (time, moment) => {
  const slides = slidesAt(data, dates, moment);
  const place = slides.findIndex((slide) => slide.key === key);
  if (place >= 0 && time < turnAt) {
    if (JSON.stringify(slides[place]) !== drawn) draw(slides, place, true);
    return;
  }
  const next = (place + 1) % slides.length;
  draw(slides, next, slides.length === 1 && place >= 0);
  turnAt = time + SHORTEST + PER_ROW * (slides[next].rows?.length ?? 0);
};

const tick = () => {
  const time = performance.now();
  const moment = present();
  clearStage();
  showTime(moment);
  if (data && (time >= lookAt || time >= turnAt)) {
    lookAt = time + LOOK_AGAIN;
    update(time, moment);
  }
  lookIfDue(show);
};

const show = (newData, newDates) => {
  [data, dates, lookAt] = [newData, newDates, 0];
};

/** A failure of one tick must not end the others. */
const run = () => {
  setTimeout(run, A_TICK);
  tick();
};

const register = () =>
  navigator.serviceWorker
    ?.register(`${root.dataset.base}screen/worker.js`, { scope: `${root.dataset.base}screen/` })
    .catch(() => undefined);

offerFullScreen();
setInterval(stayAwake, 60 * A_TICK);
register();
showKept(show).finally(run);
