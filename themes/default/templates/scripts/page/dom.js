// The page's elements.
export const root = document.documentElement; // carries the settings of the site

/** All elements of a selector, as a list. */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
