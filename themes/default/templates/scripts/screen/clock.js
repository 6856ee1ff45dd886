// The present moment: the device's clock, put right by the server's where the two differ much.
const TOLERANCE = 2 * 60 * 1000; // milliseconds: less is not worth a jump
let offset = 0; // milliseconds that the device's clock is behind
let built = 0; // the day of the build, which is certainly over or on

/** Takes the day on which the data was built: an earlier moment cannot be the present one. */
export const notBefore = (moment) => {
  built = Math.max(built, moment.getTime());
};

/** Compares the device's clock with the date of an answer, unless a cache between has kept the answer. */
export const learnTime = (answer) => {
  const said = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(said) || said < built || Number(answer.headers.get("age") ?? 0) > 0) return;
  const behind = said - Date.now();
  offset = Math.abs(behind) > TOLERANCE ? behind : 0;
};

/** The present moment, and whether it can be true. Where it cannot, the moment of the build stands for it. */
export const present = () => {
  const time = Date.now() + offset;
  return { now: new Date(Math.max(time, built)), known: time >= built };
};
