// Keeps the page true after it was built, by the visitor's clock, and starts its buttons.
import { showCounts } from "./counts.js";
import { dayOf, midnightAfter } from "./days.js";
import { all, root } from "./dom.js";
import { fillLists } from "./filling.js";
import { layOutGroups } from "./groups.js";
import { startMenu } from "./menu.js";
import { startOffline } from "./offline.js";
import { startPicking } from "./picking.js";
import { startPictures } from "./pictures.js";
import { startSharing } from "./sharing.js";
import { updateCampaigns, updateEvent } from "./spans.js";
import { startStars } from "./stars.js";
import { momentOf } from "./states.js";
import { startStrip } from "./strip.js";
import { nameDays, offerJump, showCurrentMonth } from "./today.js";
import { hideEmptyGroups, updateCard } from "./turning.js";

const LONGEST_WAIT = 6 * 3600 * 1000; // milliseconds: timers of sleeping phones cannot be trusted for longer
const LATE_ENOUGH = 50; // milliseconds after a change

/** The time in milliseconds of the page's next change: midnight, or an event that begins, ends, opens or closes. */
const nextChange = (now) => {
  const texts = all("[data-ends]").flatMap(({ dataset }) => [
    dataset.starts,
    dataset.ends,
    dataset.opens,
    dataset.deadline,
  ]);
  const ahead = texts.map((text) => momentOf(text)?.getTime()).filter((time) => time > now.getTime());
  return Math.min(midnightAfter(now), now.getTime() + LONGEST_WAIT, ...ahead);
};

let timer = 0;
const refresh = () => {
  const now = new Date();
  const today = dayOf(now);
  for (const card of all(".card[data-ends]")) updateCard(card, now);
  updateCampaigns(now);
  for (const event of all("[data-event]")) updateEvent(event, now);
  hideEmptyGroups(today);
  nameDays(today);
  offerJump(today);
  showCounts(today);
  fillLists(now).catch(() => undefined); // without the data the page says nothing of what comes later
  clearTimeout(timer);
  timer = setTimeout(refresh, nextChange(now) - now.getTime() + LATE_ENOUGH);
};

const start = () => {
  startMenu();
  startPicking();
  showCurrentMonth(dayOf(new Date()));
  startPictures();
  refresh();
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  addEventListener("pageshow", refresh);
  startStars();
  startSharing();
  startStrip();
  layOutGroups();
  startOffline();

  // Lists that stand open where there is room would push the results off a phone's screen.
  if (matchMedia("(max-width: 56rem)").matches) {
    for (const details of all("details[data-roomy]")) details.open = false;
  }
};

// A page and a script that imports this one may come from two builds, which name it by two addresses.
if (!("started" in root.dataset)) {
  root.dataset.started = "";
  start();
}
