import { create, setText } from "../../view/dom.ts";
import { createIcon } from "./icons.ts";
import type { Part } from "./part.ts";

export interface ToolbarHandlers {
  readonly onFilter: (text: string) => void;
  readonly onRefresh: () => void;
  /** The viewer is done with the field: on to the list. */
  readonly onLeave: (how: "down" | "enter" | "escape") => void;
}

export interface ShownToolbar {
  readonly filter: string;
  /** Number of rows, as a text. */
  readonly count: string;
}

export interface Toolbar extends Part<ShownToolbar> {
  readonly field: HTMLInputElement;
}

/** The field that filters the list, the number of rows that are left, and the button that lists the folder again. */
export function createToolbarView({ onFilter, onRefresh, onLeave }: ToolbarHandlers): Toolbar {
  const bar = create("div", "toolbar");
  const field = create("input", "filter");
  field.type = "search";
  field.placeholder = "Filter";
  field.autocomplete = "off";
  field.spellcheck = false;
  field.setAttribute("aria-label", "Filter by name");
  field.setAttribute("aria-controls", "files");
  field.setAttribute("aria-keyshortcuts", "/");
  const count = create("span", "filter-count");
  count.setAttribute("role", "status");
  const refresh = create("button", "button icon-button");
  refresh.type = "button";
  refresh.title = "Refresh";
  refresh.append(createIcon("refresh"), create("span", "visually-hidden", "Refresh"));
  bar.append(field, count, refresh);

  field.addEventListener("input", () => onFilter(field.value));
  field.addEventListener("keydown", (event) => {
    const how = event.key === "ArrowDown" ? "down" : event.key === "Enter" ? "enter" : event.key === "Escape" ? "escape" : undefined;
    if (how === undefined || event.isComposing) return;
    event.preventDefault();
    onLeave(how);
  });
  refresh.addEventListener("click", () => onRefresh());
  const render = ({ filter, count: text }: ShownToolbar): void => {
    if (field.value !== filter) field.value = filter;
    setText(count, text);
  };
  return { element: bar, field, render };
}
