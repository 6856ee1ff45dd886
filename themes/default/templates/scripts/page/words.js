// The messages that scripts show, in the language of the site.
export const words = JSON.parse(document.querySelector("#page-words").textContent);
