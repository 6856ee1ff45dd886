// The list of the page: the events that this visitor has starred, or those of a shared address.
import { pageAddress } from "../page/dom.js";
import { stars } from "../page/stars.js";

/** The list of an address, `?events=2026:id~id,2027:id`, as a map from id to year; undefined where it holds none. */
const listOf = (address) => {
  const text = new URLSearchParams(address).get("events");
  if (!text) return undefined;
  const groups = text.split(",").map((group) => group.split(":"));
  return new Map(groups.flatMap(([year, ids = ""]) => ids.split("~").filter(Boolean).map((id) => [id, Number(year)])));
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
