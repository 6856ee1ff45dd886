// Groups of cards that the style sheet leaves out of the first painting unless they are on the screen.

const WAITING = ":is(section[data-key], .related, .atlas):not(.laid-out)";
const LATEST = 300; // milliseconds after which idle work is done all the same

const whenIdle = (act) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: LATEST }) : setTimeout(act);

/** Lays out the groups after the first painting, one in each frame, so that a tap can come between. */
export const layOutGroups = () =>
  requestAnimationFrame(() =>
    whenIdle(() => {
      const group = document.querySelector(WAITING);
      if (!group) return;
      group.classList.add("laid-out");
      layOutGroups();
    }),
  );
