/* A folder's entries as tiles with thumbnails. Only the rows of tiles in view exist, and only their thumbnails are read. */
import { create } from "../../view/dom.ts";
import type { FolderState } from "../folder-state.ts";
import { type Entry, entryPath } from "../list/listing.ts";
import { type EntriesHandlers, type EntriesView, isOtherView } from "./entries-view.ts";
import { followClicks, showMarks } from "./entry-element.ts";
import { createTile, showThumbnail } from "./tile-view.ts";
import { createVirtualRows } from "./virtual-rows.ts";

/** Smallest width of a tile, pixels: two fit on the smallest phone, three on most. */
const MIN_TILE_PX = 100;
/** On wider screens. */
const WIDE_TILE_PX = 156;
const WIDE_VIEW_PX = 560;
/** Space between tiles, and around them, pixels: as in folder.css. */
const GAP_PX = 12;
/** Height of a tile's name, pixels: as in folder.css. */
const NAME_PX = 44;
/** Rows beyond those in view that exist. Each loads its thumbnails. */
const OVERSCAN_ROWS = 1;

export interface GridHandlers extends Omit<EntriesHandlers, "onSort"> {
  /** The thumbnail, at once if it is known. Undefined: there is none. */
  readonly thumbnailOf: (
    entry: Entry,
    folder: string,
    signal: AbortSignal,
  ) => HTMLCanvasElement | Promise<HTMLCanvasElement | undefined> | undefined;
}

export function createGridView(handlers: GridHandlers): EntriesView {
  const grid = create("div", "files tiles");
  grid.id = "tiles";
  grid.tabIndex = 0;
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-multiselectable", "true");
  const body = create("div", "files-body");
  body.setAttribute("role", "rowgroup");
  grid.append(body);
  followClicks(grid, handlers);

  let state: FolderState | undefined;
  let layout = layoutOf(0);
  /** Stop the loading of a row's thumbnails. */
  const loading = new WeakMap<HTMLElement, AbortController>();
  const rows = createVirtualRows({
    scroller: grid,
    body,
    rowPx: () => layout.rowPx,
    overscan: OVERSCAN_ROWS,
    coveredPx: 0,
    pinned: () => (state && state.current >= 0 ? Math.floor(state.current / layout.columns) : -1),
    create: (index) => {
      const stop = new AbortController();
      const row = createTiles(state, index, layout.columns, handlers, stop.signal);
      loading.set(row, stop);
      return row;
    },
    update: (row) => {
      for (const tile of row.querySelectorAll<HTMLElement>(".tile")) if (state) showMarks(tile, Number(tile.dataset["index"]), state);
    },
    onRemoved: (row) => loading.get(row)?.abort(new Error("the tiles are out of view")),
  });
  const reset = (): void => {
    layout = layoutOf(grid.clientWidth);
    grid.style.setProperty("--columns", String(layout.columns));
    grid.setAttribute("aria-colcount", String(layout.columns));
    grid.setAttribute("aria-rowcount", String(rowCount(state, layout.columns)));
    rows.reset(grid.clientWidth === 0 ? 0 : rowCount(state, layout.columns));
  };
  const scrollToCurrent = (): void => {
    if (state && state.current >= 0) rows.scrollTo(Math.floor(state.current / layout.columns));
  };
  // A grid that isn't shown has no width.
  const fit = (): void => {
    if (layoutOf(grid.clientWidth).rowPx === layout.rowPx) return;
    reset();
    scrollToCurrent();
  };
  new ResizeObserver(fit).observe(grid);

  const render = (next: FolderState): void => {
    const before = state;
    state = next;
    if (before?.rows !== next.rows) reset();
    else rows.draw();
    if (next.current >= 0) {
      if (before?.current !== next.current || isOtherView(before, next)) scrollToCurrent();
      grid.setAttribute("aria-activedescendant", `tile-${next.current}`);
    } else {
      if (isOtherView(before, next)) grid.scrollTop = 0;
      grid.removeAttribute("aria-activedescendant");
    }
  };
  const shape = (): ReturnType<EntriesView["shape"]> => {
    const { columns, rowPx } = layout;
    return { columns, page: columns * Math.max(1, Math.floor(grid.clientHeight / rowPx)) };
  };
  const reveal = (): void => {
    fit();
    rows.centre(state && state.current >= 0 ? Math.floor(state.current / layout.columns) : -1);
  };
  return { element: grid, render, reveal, shape };
}

/** How many tiles fit beside each other, and how high their rows are. @param width of the grid, pixels */
function layoutOf(width: number): { readonly columns: number; readonly rowPx: number } {
  const smallest = width < WIDE_VIEW_PX ? MIN_TILE_PX : WIDE_TILE_PX;
  const columns = Math.max(1, Math.floor((width - GAP_PX) / (smallest + GAP_PX)));
  return { columns, rowPx: (width - GAP_PX) / columns + NAME_PX };
}

function rowCount(state: FolderState | undefined, columns: number): number {
  return Math.ceil((state?.rows.length ?? 0) / columns);
}

function createTiles(
  state: FolderState | undefined,
  row: number,
  columns: number,
  { hrefOf, thumbnailOf }: GridHandlers,
  signal: AbortSignal,
): HTMLDivElement {
  const element = create("div", "tile-row");
  element.setAttribute("role", "row");
  element.setAttribute("aria-rowindex", String(row + 1));
  const folder = state?.folder?.path ?? "";
  const from = row * columns;
  for (const [column, entry] of (state?.rows ?? []).slice(from, from + columns).entries()) {
    const tile = createTile(entry, hrefOf(entryPath(folder, entry)));
    tile.id = `tile-${from + column}`;
    tile.setAttribute("aria-colindex", String(column + 1));
    tile.dataset["index"] = String(from + column);
    element.append(tile);
    const thumbnail = thumbnailOf(entry, folder, signal);
    if (thumbnail instanceof Promise) void thumbnail.then((canvas) => canvas && !signal.aborted && showThumbnail(tile, canvas));
    else if (thumbnail) showThumbnail(tile, thumbnail);
  }
  return element;
}
