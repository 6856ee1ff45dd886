// Shows both versions of a file that has changed on the disk while somebody was writing. Nothing is overwritten.
import { changesOf, difference } from "../admin/editing.js";
import { button, make } from "../admin/elements.js";
import { made } from "../admin/making.js";
import { showDraft, take } from "../admin/opening.js";
import { form, part } from "../admin/settings.js";
import { sayTyped, state } from "../admin/state.js";
import { typedOf } from "../admin/typing.js";
import { deskWords } from "../desk/deskwords.js";

/** A version in full; its lines that the other one lacks are marked. */
const versionOf = (title, text, other) => {
  const lines = difference(other, text).filter(([sign]) => sign !== "-");
  const parts = lines.map(([sign, line]) => (sign === " " ? `${line}\n` : make("ins", { textContent: `${line}\n` })));
  return make("section", {}, make("h3", { textContent: title }), make("pre", { tabIndex: 0 }, ...parts));
};

const goOn = (draft) => {
  state.draft = draft;
  part("conflict").hidden = true;
  showDraft();
  sayTyped();
};

/** Puts the keys that were changed here onto the version of the disk, and the text if it was changed here. */
const joined = (file) => {
  const { tree } = made();
  const changes = changesOf(state.before.tree, tree);
  const isOwnBody = state.draft.body !== state.before.body;
  const { body } = take(file.source);
  const both = Object.entries({ ...state.before.tree, ...Object.fromEntries(changes) });
  const typed = typedOf(form, Object.fromEntries(both.filter(([, value]) => value !== undefined)));
  return { typed, body: isOwnBody ? state.draft.body : body, file };
};

/** A file that is gone can be written anew; one that the form cannot read is for an editor. */
const choicesOfChanged = (file, saveAs) => {
  if (!file.digest) {
    const writeAnew = () => {
      goOn({ ...state.draft, file: { ...state.draft.file, digest: "" } });
      saveAs(file.source.path);
    };
    return [button(deskWords.writeAnew, writeAnew, false)];
  }
  if (!file.source.keys.length) return [];
  return [
    button(deskWords.join, () => goOn(joined(file)), false),
    button(deskWords.takeTheirs, () => goOn({ ...take(file.source), file })),
  ];
};

const otherPath = (path) => path.replace(/(?:-(\d+))?\.md$/, (_, number) => `-${Number(number ?? 1) + 1}.md`);

const choicesOfNew = (file, saveAs) => {
  const { path } = file.source;
  const open = () => (location.search = `?file=${encodeURIComponent(path)}`);
  return [
    button(deskWords.openTheirs, open, false),
    button(deskWords.saveAsOther, () => {
      part("conflict").hidden = true;
      saveAs(otherPath(path));
    }),
  ];
};

/** Shows the version of the disk beside what was written here. `saveAs` saves the event at a path. */
export const showConflict = (file, saveAs) => {
  const [own, theirs] = [made().text, file.source.text];
  const choices = state.source ? choicesOfChanged(file, saveAs) : choicesOfNew(file, saveAs);
  const changed = file.digest ? deskWords.changed : deskWords.gone;
  part("conflict-about").textContent = state.source ? changed : deskWords.taken;
  part("versions").replaceChildren(
    versionOf(deskWords.onDisk, theirs, own),
    versionOf(deskWords.written, own, theirs),
  );
  part("choices").replaceChildren(...choices);
  part("conflict").hidden = false;
  part("conflict").focus({ preventScroll: true });
  part("conflict").scrollIntoView({ block: "start" });
};
