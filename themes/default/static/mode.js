// The switches at the head of a page.
// Their modes are set before the page is painted, so that nothing jumps; every page loads this before its body.
{
  const root = document.documentElement;
  // The class of each mode, the button that switches it, and the key under which it is remembered.
  const MODES = [
    { name: "elder", button: "#page-mode", key: "almanac-elder" },
    { name: "large-pointer", button: "#page-pointer", key: "almanac-pointer" },
  ];

  // In a browser that blocks storage a mode lasts as long as the page.
  const remembered = (key) => {
    try {
      return localStorage.getItem(key) === "1";
    } catch {
      return false;
    }
  };
  const remember = (key, on) => {
    try {
      localStorage.setItem(key, on ? "1" : "0");
    } catch {
      // The mode lasts as long as the page.
    }
  };

  const startMode = (name, button, key) => {
    const show = () => button.setAttribute("aria-pressed", String(root.classList.contains(name)));
    show();
    button.addEventListener("click", () => {
      remember(key, root.classList.toggle(name));
      show();
    });
  };

  // The script that reads aloud is loaded when it is asked for; without a network it may not come.
  const startReading = (button) => {
    button.addEventListener("click", () =>
      import(button.dataset.script).then(({ toggleReading }) => toggleReading(button), () => undefined),
    );
  };

  root.classList.add("scripted");
  root.classList.toggle("speaks", "speechSynthesis" in window);
  for (const { name, key } of MODES) root.classList.toggle(name, remembered(key));

  document.addEventListener("DOMContentLoaded", () => {
    for (const { name, button, key } of MODES) {
      const found = document.querySelector(button);
      if (found) startMode(name, found, key);
    }
    const reading = document.querySelector("#page-reading");
    if (reading) startReading(reading);
    const pointer = document.querySelector("#page-pointer")?.dataset.picture;
    if (pointer) root.style.setProperty("--pointer", `url("${pointer}") 8 4, auto`);
  });
}
