// What the page tells its script: the declarations and names of the form, and the words of its controls.
const dataOf = (id) => JSON.parse(document.querySelector(id).textContent);

export const form = dataOf("#admin-form-data");
export const words = dataOf("#admin-words");
export const part = (name) => document.querySelector(`#admin-${name}`);
