import { create, setText } from "../../view/dom.ts";
import type { Layout } from "../list/layout.ts";
import { createIcon, type IconName } from "./icons.ts";
import type { Part } from "./part.ts";

export interface ToolbarHandlers {
  readonly onFilter: (text: string) => void;
  readonly onRefresh: () => void;
  readonly onLayout: (layout: Layout) => void;
  /** The viewer is done with the field: on to the list. */
  readonly onLeave: (how: "down" | "enter" | "escape") => void;
}

export interface ShownToolbar {
  readonly filter: string;
  /** Number of rows, as a text. */
  readonly count: string;
  readonly layout: Layout;
}

export interface Toolbar extends Part<ShownToolbar> {
  readonly field: HTMLInputElement;
}

/** The field that filters the list, the number of rows that are left, and the buttons that change the layout and list the folder again. */
export function createToolbarView({ onFilter, onRefresh, onLayout, onLeave }: ToolbarHandlers): Toolbar {
  const bar = create("div", "toolbar");
  const field = create("input", "filter");
  field.type = "search";
  field.placeholder = "Filter";
  field.autocomplete = "off";
  field.spellcheck = false;
  field.setAttribute("aria-label", "Filter by name");
  field.setAttribute("aria-controls", "files tiles");
  field.setAttribute("aria-keyshortcuts", "/");
  const count = create("span", "filter-count");
  count.setAttribute("role", "status");
  // Only the other layout is offered.
  const grid = iconButton("grid", "Show as tiles");
  const list = iconButton("list", "Show as a list");
  const refresh = iconButton("refresh", "Refresh");
  bar.append(field, count, grid, list, refresh);

  field.addEventListener("input", () => onFilter(field.value));
  field.addEventListener("keydown", (event) => {
    const how = event.key === "ArrowDown" ? "down" : event.key === "Enter" ? "enter" : event.key === "Escape" ? "escape" : undefined;
    if (how === undefined || event.isComposing) return;
    event.preventDefault();
    onLeave(how);
  });
  refresh.addEventListener("click", () => onRefresh());
  grid.addEventListener("click", () => onLayout("grid"));
  list.addEventListener("click", () => onLayout("list"));
  const render = ({ filter, count: text, layout }: ShownToolbar): void => {
    grid.hidden = layout === "grid";
    list.hidden = layout === "list";
    if (field.value !== filter) field.value = filter;
    setText(count, text);
  };
  return { element: bar, field, render };
}

/** A button that shows an icon, and has its name as a title. */
export function iconButton(icon: IconName, name: string): HTMLButtonElement {
  const button = create("button", "button icon-button");
  button.type = "button";
  button.title = name;
  button.append(createIcon(icon), create("span", "visually-hidden", name));
  return button;
}
