// The main menu on narrow screens: one row of entries, and a button for all of them where they do not fit.

/** Shows the button where entries are cut off, and lets it open and close the menu. */
export const startMenu = () => {
  const menu = document.querySelector("#page-menu");
  const button = document.querySelector("#page-menu-all");
  if (!menu || !button) return;
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  const fit = () => (button.hidden = !isOpen() && menu.scrollHeight <= menu.clientHeight);
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(!isOpen())));
  // The size of the head follows the window and the size of text, and does not depend on the button. The observer also
  // calls before the first painting, when the page has been laid out: measuring earlier would lay it out twice.
  new ResizeObserver(fit).observe(menu.closest("header"));
};
