// 长者模式: set before the page is painted, so that it does not jump. Loaded by every page ahead of its body.
{
  const KEY = "almanac-elder";
  const root = document.documentElement;

  // Browsers that block storage still have the mode, for the page at hand.
  const remembered = () => {
    try {
      return localStorage.getItem(KEY) === "1";
    } catch {
      return false;
    }
  };
  const remember = (elder) => {
    try {
      localStorage.setItem(KEY, elder ? "1" : "0");
    } catch {
      // nothing to be done, and nothing lost
    }
  };

  root.classList.add("scripted");
  root.classList.toggle("elder", remembered());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("#page-mode");
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", String(root.classList.contains("elder")));
    show();
    button.addEventListener("click", () => {
      remember(root.classList.toggle("elder"));
      show();
    });
  });
}
