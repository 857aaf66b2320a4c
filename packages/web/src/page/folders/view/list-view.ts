/* The list of a folder's entries: a grid of which only the rows in view exist, since a folder may have 50,000. */
import { create } from "../../view/dom.ts";
import type { FolderState } from "../folder-state.ts";
import { entryPath } from "../list/listing.ts";
import { type EntriesHandlers, type EntriesView, isOtherView } from "./entries-view.ts";
import { followClicks, showMarks } from "./entry-element.ts";
import { createListHead } from "./list-head.ts";
import { createRow } from "./row-view.ts";
import { createVirtualRows } from "./virtual-rows.ts";

/** Height of a row, and of the head, pixels: as in folder.css. */
const ROW_PX = 48;
/** Rows beyond those in view that exist, so that a fast scroll shows no gap. */
const OVERSCAN_ROWS = 12;

export function createListView(handlers: EntriesHandlers): EntriesView {
  const { hrefOf, onSort } = handlers;
  const grid = create("div", "files");
  grid.id = "files";
  grid.tabIndex = 0;
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-colcount", "5");
  grid.setAttribute("aria-multiselectable", "true");
  const head = createListHead({ onSort });
  const body = create("div", "files-body");
  body.setAttribute("role", "rowgroup");
  grid.append(head.element, body);
  followClicks(grid, handlers);

  let state: FolderState | undefined;
  const rows = createVirtualRows({
    scroller: grid,
    body,
    rowPx: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    // The head covers as much of the view as it adds to the list's height.
    coveredPx: ROW_PX,
    pinned: () => state?.current ?? -1,
    create: (index) => {
      const entry = state?.rows[index];
      if (!entry) throw new Error(`the list has no row ${index}`);
      const row = createRow(entry, hrefOf(entryPath(state?.folder?.path ?? "", entry)));
      row.id = `row-${index}`;
      // The head is row 1.
      row.setAttribute("aria-rowindex", String(index + 2));
      row.dataset["index"] = String(index);
      return row;
    },
    update: (row, index) => state && showMarks(row, index, state),
  });

  const render = (next: FolderState): void => {
    const before = state;
    state = next;
    grid.setAttribute("aria-rowcount", String(next.rows.length + 1));
    head.render(next.sort);
    if (before?.rows !== next.rows) rows.reset(next.rows.length);
    else rows.draw();
    if (next.current >= 0) {
      if (before?.current !== next.current || isOtherView(before, next)) rows.scrollTo(next.current);
      grid.setAttribute("aria-activedescendant", `row-${next.current}`);
    } else {
      if (isOtherView(before, next)) grid.scrollTop = 0;
      grid.removeAttribute("aria-activedescendant");
    }
  };
  const shape = (): ReturnType<EntriesView["shape"]> => ({ columns: 1, page: Math.max(1, Math.floor(grid.clientHeight / ROW_PX) - 1) });
  return { element: grid, render, reveal: () => rows.centre(state?.current ?? -1), shape };
}
