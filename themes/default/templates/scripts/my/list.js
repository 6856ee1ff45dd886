// The list of the page: the events that this visitor has starred, or those of a shared address.
import { pageAddress } from "../page/dom.js";
import { stars } from "../page/stars.js";

/**
 * The list of an address, `?events=2026:id~id,2027:id`, as a map from id to year; undefined where it holds none. A year
 * that is none is 0: events are found without it, and it can be shared and kept.
 */
const listOf = (address) => {
  const text = new URLSearchParams(address).get("events");
  if (!text) return undefined;
  const groups = text.split(",").map((group) => group.split(":"));
  const whole = (year) => (Number.isInteger(Number(year)) ? Number(year) : 0);
  return new Map(groups.flatMap(([year, ids = ""]) => ids.split("~").filter(Boolean).map((id) => [id, whole(year)])));
};

export const sharedList = listOf(location.search);

/** The ids of the list with their years. */
export const currentList = () => sharedList ?? stars();

/** The address that shares a list. */
export const addressOf = (list) => {
  const idsOf = (wanted) => [...list].filter(([, year]) => year === wanted).map(([id]) => encodeURIComponent(id));
  const groups = [...new Set(list.values())].map((year) => `${year}:${idsOf(year).join("~")}`);
  return `${pageAddress}?events=${groups.join(",")}`;
};
