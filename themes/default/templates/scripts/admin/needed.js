// Hides keys that another one makes needless, as long as they are empty.
import { state } from "./state.js";
import { isMapping } from "./writing.js";

/** Sessions bring their dates, a repeat needs no sessions, and a place that is written down brings its district. */
export const showNeeded = () => {
  const { typed } = state.draft;
  const hasSessions = typed.sessions?.length > 0;
  const needless = {
    start: hasSessions,
    end: hasSessions,
    repeat: hasSessions,
    sessions: Boolean(typed.repeat),
    district: isMapping(typed.venue),
  };
  for (const [key, isNeedless] of Object.entries(needless)) {
    const place = document.querySelector(`[data-path="${key}"]`);
    if (place) place.hidden = isNeedless && !typed[key]?.length;
  }
  const spoken = document.querySelector("#admin-when");
  if (spoken) spoken.parentElement.hidden = hasSessions && !typed.start;
};
