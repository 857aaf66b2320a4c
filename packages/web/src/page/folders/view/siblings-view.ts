import { displayName } from "@rangecast/http";
import { create, setText } from "../../view/dom.ts";
import type { Entry } from "../list/listing.ts";
import type { Siblings } from "../list/siblings.ts";
import type { Part } from "./part.ts";

/** Buttons for the file before and the one after. */
export function createSiblingsView(onSibling: (file: Entry) => void): Part<Siblings | undefined> {
  const nav = create("nav", "siblings");
  nav.setAttribute("aria-label", "Files of this folder");
  let shown: Siblings | undefined;
  const previous = button("Previous", () => shown?.previous);
  const next = button("Next", () => shown?.next);
  const place = create("span", "place");
  nav.append(previous.element, place, next.element);

  function button(label: string, fileOf: () => Entry | undefined) {
    const element = create("button", "button small");
    element.type = "button";
    const name = create("span", "sibling-name");
    name.dir = "auto";
    element.append(create("span", "sibling-label", label), name);
    element.addEventListener("click", () => {
      const file = fileOf();
      if (file) onSibling(file);
    });
    const render = (): void => {
      const file = fileOf();
      element.disabled = !file;
      setText(name, file ? displayName(file.name) : "");
    };
    return { element, render };
  }

  const render = (siblings: Siblings | undefined): void => {
    shown = siblings;
    nav.hidden = !siblings;
    previous.render();
    next.render();
    setText(place, siblings ? `${siblings.place} of ${siblings.count}` : "");
  };
  return { element: nav, render };
}
