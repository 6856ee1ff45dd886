// The nearest events first. The position stays in this page: it is not kept, sent or part of the address.

const EARTH = 6371; // kilometres of its radius
const radians = (degrees) => (degrees * Math.PI) / 180;

let position; // longitude and latitude in degrees; undefined while results are in the order of dates

/** The distance in kilometres of two places that lie in one city. */
const distance = ([longitude, latitude], [other, otherLatitude]) => {
  const east = radians(longitude - other) * Math.cos(radians(latitude));
  return EARTH * Math.hypot(east, radians(latitude - otherLatitude));
};

const distanceTo = ({ coordinates }) => (coordinates ? distance(position, coordinates) : Infinity);

export const isNear = () => Boolean(position);
export const forgetPosition = () => (position = undefined);

/** Asks the browser for the position. Rejects where it is not given. */
export const askPosition = () =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no position"));
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      position = [coords.longitude, coords.latitude];
      resolve();
    }, reject);
  });

/** The results by distance, where a position is known; events without a known place come last. */
export const nearestFirst = (results) => {
  if (!position) return results;
  const measured = results.map((one) => ({ one, far: distanceTo(one.event) }));
  return measured.sort((one, other) => (one.far < other.far ? -1 : Number(one.far > other.far))).map(({ one }) => one);
};

/**
 * The card with the distance of its event in whole kilometres, where both positions are known: the points of venues are
 * not exact. `words` and `short` are its words, the latter for less than a kilometre.
 */
export const showDistance = (card, event, { distance: words, short }) => {
  if (!position || !event.coordinates) return card;
  const kilometres = distanceTo(event);
  const far = document.createElement("span");
  far.className = "far";
  far.textContent = kilometres < 1 ? short : words.replace("{kilometres}", Math.round(kilometres));
  card.querySelector(".meta").append(far);
  return card;
};
