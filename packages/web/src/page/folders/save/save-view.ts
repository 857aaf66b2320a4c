import { create, setText } from "../../view/dom.ts";
import type { Part } from "../view/part.ts";
import type { ShownSave } from "./save-state.ts";

/** The progress of a folder that is being saved, and how it ended. */
export function createSaveView(onStop: () => void, onClose: () => void): Part<ShownSave | undefined> {
  const root = create("div", "download save");
  const label = create("strong", "");
  label.setAttribute("role", "status");
  const detail = create("span", "download-detail");
  const notes = create("ul", "save-notes");
  const button = create("button", "button small");
  button.type = "button";
  root.append(label, detail, notes, button);
  let shown: ShownSave | undefined;
  button.addEventListener("click", () => (shown?.running ? onStop() : onClose()));
  const render = (save: ShownSave | undefined): void => {
    shown = save;
    root.hidden = !save;
    if (!save) return;
    root.dataset["tone"] = save.tone;
    setText(label, save.label);
    setText(detail, save.detail);
    if (notes.textContent !== save.notes.join("")) notes.replaceChildren(...save.notes.map((note) => create("li", "", note)));
    notes.hidden = save.notes.length === 0;
    setText(button, save.running ? "Stop" : "Close");
  };
  return { element: root, render };
}
