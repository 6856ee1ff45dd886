// Keeps the display on, offers the full screen, and hides the pointer.
const QUIET = 8000; // milliseconds without a movement after which pointer and button go
let lock;

/** Asks that the display stays on. Browsers drop the lock when the page is hidden, and refuse it to save power. */
export const stayAwake = async () => {
  if (!navigator.wakeLock || document.hidden || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    lock = undefined;
  }
};

/** Shows the button for the full screen as long as the pointer moves; it starts the full screen. */
export const offerFullScreen = () => {
  const button = document.querySelector("#screen-start");
  let timer = 0;
  const rest = () => {
    button.hidden = true;
    document.body.classList.add("at-rest");
  };
  const stir = () => {
    document.body.classList.remove("at-rest");
    button.hidden = !document.fullscreenEnabled || Boolean(document.fullscreenElement);
    clearTimeout(timer);
    timer = setTimeout(rest, QUIET);
  };
  button.addEventListener("click", () => {
    document.documentElement.requestFullscreen().then(rest, () => undefined);
    stayAwake();
  });
  addEventListener("pointermove", stir);
  addEventListener("pointerdown", stir);
  document.addEventListener("visibilitychange", stayAwake);
  stir();
  stayAwake();
};
