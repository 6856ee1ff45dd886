// The mode of large type, set before the page is painted, so that nothing jumps; every page loads it before its body.
{
  const KEY = "almanac-elder";
  const root = document.documentElement;

  // In a browser that blocks storage the mode lasts as long as the page.
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
      // The mode lasts as long as the page.
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
