// What the page tells its script: years, holidays, words for dates, and messages.
export const settings = JSON.parse(document.querySelector("#finder-settings").textContent);
