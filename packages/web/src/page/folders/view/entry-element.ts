/* What a row of the list and a tile have in common: a link, a box that selects the entry, and what clicks mean. */
import { displayName } from "@rangecast/http";
import { create } from "../../view/dom.ts";
import type { FolderState } from "../folder-state.ts";
import { encodedName, type Entry } from "../list/listing.ts";
import type { EntriesHandlers } from "./entries-view.ts";

/** Neither is reached by Tab: the whole list has the focus, and keys move through it. */
const BY_KEYS = -1;

/** @param href the entry's deep link */
export function createLink(entry: Entry, href: string): HTMLAnchorElement {
  const link = create("a", "entry", displayName(entry.name));
  link.dir = "auto";
  link.href = href;
  link.tabIndex = BY_KEYS;
  link.draggable = false;
  return link;
}

/** The box that selects an entry. A click anywhere in it counts. */
export function createPick(entry: Entry): HTMLDivElement {
  const pick = create("div", "pick");
  const box = create("input", "");
  box.type = "checkbox";
  box.tabIndex = BY_KEYS;
  box.setAttribute("aria-label", `Select ${displayName(entry.name)}`);
  pick.append(box);
  return pick;
}

/** Shows whether an entry is selected, and is the current one. */
export function showMarks(element: HTMLElement, index: number, { rows, current, selection }: FolderState): void {
  const entry = rows[index];
  const selected = entry !== undefined && selection.names.has(encodedName(entry));
  element.setAttribute("aria-selected", String(selected));
  element.classList.toggle("current", index === current);
  const box = element.querySelector("input");
  if (box) box.checked = selected;
}

type ClickHandlers = Pick<EntriesHandlers, "onOpen" | "onToggle" | "onExtend">;

/** Follows the clicks on entries, whose elements have their index in `data-index`. */
export function followClicks(list: HTMLElement, { onOpen, onToggle, onExtend }: ClickHandlers): void {
  list.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element) || event.button !== 0) return;
    const index = Number(target.closest<HTMLElement>("[data-index]")?.dataset["index"] ?? -1);
    if (index < 0) return;
    // The box changes by itself, and is set to the new state at once; prevented, it would change back afterwards.
    if (!(target instanceof HTMLInputElement)) event.preventDefault();
    if (event.shiftKey) onExtend(index);
    else if (event.ctrlKey || event.metaKey || target.closest(".pick")) onToggle(index);
    else onOpen(index);
    list.focus({ preventScroll: true });
  });
}
