// The page of starred events: its cards, what overlaps, and its buttons.
import { cardOf } from "../page/cards.js";
import { pageAddress } from "../page/dom.js";
import { inWeChat } from "../page/sharing.js";
import { keepStars, showStars, stars } from "../page/stars.js";
import { words } from "../page/words.js";
import { saveCalendar } from "./calendar.js";
import { byDate, eventsOf, idsOf, overlaps, shownDate } from "./events.js";
import { addressOf, currentList, sharedList } from "./list.js";

const part = (name) => document.querySelector(`#my-${name}`);
const settings = JSON.parse(part("settings").textContent);

const say = (text) => (part("said").textContent = text);

const warningOf = (title) => {
  const warning = part("overlap").content.firstElementChild.cloneNode(true);
  warning.textContent = warning.textContent.replace("{title}", () => title);
  return warning;
};

const listCard = (event, events, now) => {
  const card = cardOf({ event, date: shownDate(event, now) }, now);
  card.querySelector(".card-body").append(...overlaps(event, events, now).map(warningOf));
  return card;
};

const summaryOf = (list, events) => {
  const known = new Set(events.flatMap(idsOf));
  const missing = [...list.keys()].filter((id) => !known.has(id)).length;
  const count = settings.count.replace("{count}", events.length);
  return [count, missing ? settings.missing.replace("{count}", missing) : ""].join(" ");
};

const show = async () => {
  const now = new Date();
  const list = currentList();
  part("actions").hidden = list.size === 0;
  if (list.size === 0) {
    part("cards").replaceChildren();
    say(settings.empty);
    return;
  }
  try {
    const events = (await eventsOf(list, settings.years)).sort(byDate(now));
    part("cards").replaceChildren(...events.map((event) => listCard(event, events, now)));
    showStars();
    say(summaryOf(list, events));
  } catch {
    say(settings.failed);
  }
};

const save = async () => {
  try {
    await saveCalendar(await eventsOf(currentList(), settings.years), settings.file);
  } catch {
    say(settings.failed);
  }
};

const shareList = async () => {
  const url = addressOf(currentList());
  if (navigator.share) {
    await navigator.share({ title: document.title, url }).catch(() => undefined);
    return;
  }
  try {
    await navigator.clipboard.writeText(url);
    say(settings.shared);
  } catch {
    say(`${words.copyFailed} ${url}`);
  }
};

if (sharedList) {
  part("title").textContent = settings.title;
  part("lead").textContent = settings.lead;
  part("keep").hidden = false;
  part("clear").hidden = true;
}
part("file").addEventListener("click", () => (inWeChat() ? say(words.wechat) : save()));
part("share").addEventListener("click", shareList);
part("clear").addEventListener("click", () => keepStars(new Map()));
part("keep").addEventListener("click", () => {
  keepStars(new Map([...stars(), ...sharedList]));
  location.assign(pageAddress);
});
document.addEventListener("stars", show);
addEventListener("storage", show);
show();
