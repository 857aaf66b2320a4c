/* The list of a folder's entries: a grid of which only the rows in view exist, since a folder may have 50,000. */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from "@tanstack/virtual-core";
import { create } from "../../view/dom.ts";
import type { FolderState } from "../folder-state.ts";
import { type Entry, entryPath } from "../list/listing.ts";
import { createListHead, type ListHead } from "./list-head.ts";
import type { Part } from "./part.ts";
import { createRow } from "./row-view.ts";

/** Height of a row, and of the head, pixels: as in folder.css. */
const ROW_PX = 48;
/** Rows beyond those in view that exist, so that a fast scroll shows no gap. */
const OVERSCAN_ROWS = 12;

export interface ListHandlers {
  readonly hrefOf: (path: string) => string;
  readonly onGo: (path: string) => void;
  readonly onSort: ListHead["onSort"];
  readonly onSelect: (index: number) => void;
}

export interface ListView extends Part<FolderState> {
  /** Number of rows that fit into the view. */
  readonly pageRows: () => number;
}

interface DrawnRow {
  readonly entry: Entry;
  readonly element: HTMLDivElement;
}

export function createListView({ hrefOf, onGo, onSort, onSelect }: ListHandlers): ListView {
  const grid = create("div", "files");
  grid.id = "files";
  grid.tabIndex = 0;
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-colcount", "4");
  const head = createListHead({ onSort });
  const body = create("div", "files-body");
  body.setAttribute("role", "rowgroup");
  grid.append(head.element, body);

  let state: FolderState | undefined;
  const drawn = new Map<number, DrawnRow>();
  const rowsOf = (range: Range): number[] => {
    const rows = defaultRangeExtractor(range);
    const selected = state?.selected ?? -1;
    // Assistive technology must find the selected row, even if it is scrolled out of view.
    return selected < 0 || rows.includes(selected) ? rows : [...rows, selected].sort((one, other) => one - other);
  };
  const draw = (): void => {
    if (!state) return;
    const { rows, selected, folder } = state;
    body.style.height = `${virtualizer.getTotalSize()}px`;
    const items = virtualizer.getVirtualItems();
    const wanted = new Set(items.map(({ index }) => index));
    for (const [index, { element, entry }] of drawn) {
      if (wanted.has(index) && rows[index] === entry) continue;
      element.remove();
      drawn.delete(index);
    }
    for (const { index, start } of items) {
      const entry = rows[index];
      if (!entry) continue;
      const { element } = drawn.get(index) ?? { element: createRow(entry, hrefOf(entryPath(folder?.path ?? "", entry))) };
      if (!drawn.has(index)) {
        element.id = `row-${index}`;
        // The head is row 1.
        element.setAttribute("aria-rowindex", String(index + 2));
        element.style.transform = `translateY(${start}px)`;
        element.dataset["index"] = String(index);
        insertInOrder(body, element, index);
        drawn.set(index, { entry, element });
      }
      element.setAttribute("aria-selected", String(index === selected));
    }
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
    count: 0,
    getScrollElement: () => grid,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    // The head covers as much of the view as it adds to the list's height.
    scrollPaddingEnd: ROW_PX,
    rangeExtractor: rowsOf,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: draw,
  });
  virtualizer._didMount();

  grid.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
    const index = Number(row?.dataset["index"] ?? -1);
    const entry = state?.rows[index];
    // With a modifier, the browser opens the link itself, in another tab.
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onSelect(index);
    onGo(entryPath(state?.folder?.path ?? "", entry));
  });

  const render = (next: FolderState): void => {
    const before = state;
    state = next;
    // The rows' links name the folder.
    if (before?.folder?.path !== next.folder?.path) clear(drawn);
    if (before?.rows !== next.rows) virtualizer.setOptions({ ...virtualizer.options, count: next.rows.length });
    virtualizer._willUpdate();
    grid.setAttribute("aria-rowcount", String(next.rows.length + 1));
    head.render(next.sort);
    if (before?.rows !== next.rows && next.selected < 0) virtualizer.scrollToOffset(0);
    else if (next.selected >= 0 && (before?.selected !== next.selected || before.rows !== next.rows))
      virtualizer.scrollToIndex(next.selected);
    draw();
    if (next.selected < 0) grid.removeAttribute("aria-activedescendant");
    else grid.setAttribute("aria-activedescendant", `row-${next.selected}`);
  };
  return { element: grid, render, pageRows: () => Math.max(1, Math.floor(grid.clientHeight / ROW_PX) - 1) };
}

function clear(drawn: Map<number, DrawnRow>): void {
  for (const { element } of drawn.values()) element.remove();
  drawn.clear();
}

/** Keeps the rows in their order, in which a screen reader reads them. */
function insertInOrder(body: HTMLElement, row: HTMLElement, index: number): void {
  const last = body.lastElementChild;
  if (!(last instanceof HTMLElement) || Number(last.dataset["index"]) < index) return body.append(row);
  for (const each of body.children) {
    if (each instanceof HTMLElement && Number(each.dataset["index"]) > index) return each.before(row);
  }
}
