// The control of a list whose entries have parts: one adds an entry, or removes it.
import { button, entryOf, framed, make } from "./elements.js";
import { words } from "./settings.js";

/** A list of mappings, with buttons that add and remove one. `entry` makes the controls of one. */
export const listControl = (field, path, value, entry, fresh) => {
  const box = make("div", { className: "entries" });
  const draw = () => {
    const entries = (value.get() ?? []).map((_, place) => {
      const remove = button(words.remove.replace("{name}", `${field.label} ${place + 1}`), () => {
        value.set(value.get().filter((__, index) => index !== place));
        draw();
        box.lastElementChild.focus();
      });
      const legend = make("legend", { textContent: `${field.label} ${place + 1}` });
      const controls = entry([...path, place], entryOf(value, place));
      return make("fieldset", { className: "entry" }, legend, ...controls, remove);
    });
    const add = button(words.add.replace("{name}", field.label), () => {
      value.set([...(value.get() ?? []), fresh(value.get() ?? [])]);
      draw();
      box.querySelector("fieldset.entry:last-of-type :is(input, select, textarea)").focus();
    });
    box.replaceChildren(...entries, add);
  };
  draw();
  return framed(field, path, box, true);
};

/** A session like the one before, a week later; its id is the next letter. */
export const nextSession = (sessions) => {
  const last = sessions.at(-1);
  const id = "abcdefghijklmnopqrstuvwxyz"[sessions.length] ?? `s${sessions.length + 1}`;
  const aWeekLater = (moment) => {
    const day = new Date(Date.parse(`${moment.slice(0, 10)}T00:00:00Z`) + 7 * 24 * 3600 * 1000);
    return Number.isNaN(day.getTime()) ? "" : day.toISOString().slice(0, 10) + moment.slice(10);
  };
  return { id, start: last?.start ? aWeekLater(last.start) : "", end: last?.end ? aWeekLater(last.end) : "" };
};
