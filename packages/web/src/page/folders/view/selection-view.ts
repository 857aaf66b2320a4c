import { create, setText, showText } from "../../view/dom.ts";
import type { ShownSelection } from "../folder-model.ts";
import type { Part } from "./part.ts";

export interface SelectionHandlers {
  readonly onAll: () => void;
  readonly onNone: () => void;
}

/** How much is selected. Hidden as long as nothing is. */
export function createSelectionView({ onAll, onNone }: SelectionHandlers): Part<ShownSelection | undefined> {
  const bar = create("div", "selection");
  const text = create("span", "selection-text");
  text.setAttribute("role", "status");
  const note = create("p", "selection-note");
  note.setAttribute("role", "alert");
  const all = button("Select all", onAll);
  bar.append(text, all, button("Clear", onNone), note);
  const render = (selection: ShownSelection | undefined): void => {
    bar.hidden = !selection;
    setText(text, selection?.text ?? "");
    showText(note, selection?.note ?? "");
    all.hidden = selection?.all === true;
  };
  return { element: bar, render };
}

function button(label: string, onPress: () => void): HTMLButtonElement {
  const element = create("button", "button small", label);
  element.type = "button";
  element.addEventListener("click", () => onPress());
  return element;
}
