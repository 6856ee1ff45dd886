// The page of all feeds: a visitor chooses one, the address keeps it, and the steps for the device at hand come first.
const chosen = document.querySelector("#feed-chosen");
const chooser = document.querySelector("#feed-chooser");
const root = chosen.dataset.root;
const selects = [...chooser.querySelectorAll("select")];
const OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb";
const OFFICE = "https://outlook.office.com/calendar/0/addfromweb";

/** A query without empty values, sorted by its parameters, as the page names the choice of each feed. */
const canonical = (entries) => {
  const chosenOnes = [...entries].filter(([, key]) => key);
  return new URLSearchParams(chosenOnes.sort(([one], [other]) => (one < other ? -1 : 1))).toString();
};

// The feeds that exist, by their choices.
const feeds = new Map();
for (const item of document.querySelectorAll("li[data-choice]")) {
  const name = item.querySelector("strong, a").textContent;
  const { choice: query, stem, count } = item.dataset;
  feeds.set(canonical(new URLSearchParams(query)), { name, stem, count });
}

const choice = () => selects.map((select) => [select.name, select.value]);

/** The links of a feed by the name that an element's `data-link` gives. */
const linksOf = ({ name, stem: plainStem }) => {
  const stem = encodeURI(plainStem);
  const address = `${root}${stem.slice(1)}.ics`;
  const webcal = address.replace(/^https?:/, "webcal:");
  const path = new URL(root).pathname + stem.slice(1);
  const added = `?url=${encodeURIComponent(address)}&name=${encodeURIComponent(name)}`;
  return {
    address,
    webcal,
    google: `https://calendar.google.com/calendar/r?cid=${encodeURIComponent(webcal)}`,
    outlook: OUTLOOK + added,
    office: OFFICE + added,
    file: `${path}.ics`,
    atom: `${path}.atom`,
    json: `${path}.json`,
    code: `${path}.svg`,
  };
};

/** Enables the options that lead to a feed beside the other choices. */
const offer = () => {
  for (const select of selects) {
    const others = choice().filter(([parameter]) => parameter !== select.name);
    for (const option of select.options) {
      const leadsOn = feeds.has(canonical([...others, [select.name, option.value]]));
      option.disabled = option.value !== "" && option.value !== select.value && !leadsOn;
    }
  }
};

const show = () => {
  const feed = feeds.get(canonical(choice()));
  if (!feed) return;
  const links = linksOf(feed);
  document.querySelector("#feed-name").textContent = feed.name;
  document.querySelector("#feed-address").textContent = links.address;
  document.querySelector("#feed-count").textContent = feed.count;
  document.querySelector("#feed-copy").dataset.copy = links.address;
  for (const element of chosen.querySelectorAll("[data-link]")) {
    element[element.localName === "img" ? "src" : "href"] = links[element.dataset.link];
  }
};

const read = () => {
  const query = new URLSearchParams(location.search);
  for (const select of selects) {
    const wanted = query.get(select.name) ?? "";
    select.value = [...select.options].some((option) => option.value === wanted) ? wanted : "";
  }
  // An address may ask for a feed that does not exist: its last choices are dropped until one does.
  for (const select of [...selects].reverse()) if (!feeds.has(canonical(choice()))) select.value = "";
};

chooser.hidden = false;
chooser.addEventListener("change", () => {
  const query = canonical(choice());
  history.replaceState(null, "", query ? `?${query}` : location.origin + location.pathname);
  offer();
  show();
});
addEventListener("popstate", () => {
  read();
  offer();
  show();
});
read();
offer();
show();

// Several feeds at once: the addresses of those that are ticked are copied together.
const picked = document.querySelector("#feed-picked");
const copyPicked = picked.querySelector("button");
const boxes = [...document.querySelectorAll(".feeds li[data-choice]")].map((item) => {
  const box = document.createElement("input");
  const name = item.querySelector("strong");
  box.type = "checkbox";
  box.value = item.querySelector("code").textContent;
  box.setAttribute("aria-label", copyPicked.dataset.pick.replace("…", () => name.textContent));
  name.prepend(box);
  return box;
});
addEventListener("change", ({ target }) => {
  if (!boxes.includes(target)) return;
  const addresses = boxes.filter((box) => box.checked).map((box) => box.value);
  picked.hidden = addresses.length === 0;
  copyPicked.dataset.copy = addresses.join("\n");
  copyPicked.textContent = copyPicked.dataset.label.replace("…", addresses.length);
});

// What a button says stands beside it.
const said = document.querySelector("[data-said]");
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  said.textContent = "";
  button.closest("li, div, section").append(said);
});

const DEVICES = {
  wechat: /MicroMessenger/i,
  apple: /iPhone|iPad|Macintosh/i,
  xiaomi: /XiaoMi|Redmi|MIUI|HyperOS/i,
  android: /Android|HarmonyOS|OpenHarmony/i,
  outlook: /Windows|Linux/i,
};
const device = Object.keys(DEVICES).find((name) => DEVICES[name].test(navigator.userAgent)) ?? "apple";
const steps = document.querySelector("#feed-devices");
for (const details of steps.querySelectorAll("details")) details.open = details.dataset.device === device;
steps.querySelector("h2").after(steps.querySelector(`[data-device="${device}"]`));
document.querySelector("#feed-wechat").hidden = device !== "wechat";
