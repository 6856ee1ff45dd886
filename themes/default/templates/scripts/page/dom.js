// The page's elements.
export const root = document.documentElement; // carries the settings of the site

/** The address of the page without its query. A path alone that begins with two slashes would name another host. */
export const pageAddress = location.origin + location.pathname;

/** All elements of a selector, as a list. */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
