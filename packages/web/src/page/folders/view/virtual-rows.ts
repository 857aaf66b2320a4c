/* Rows of one height in an element that scrolls, of which only those in view exist. */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from "@tanstack/virtual-core";

export interface VirtualRowsOptions {
  readonly scroller: HTMLElement;
  /** Holds the rows, and is as high as all of them. */
  readonly body: HTMLElement;
  /** Height of a row, pixels. */
  readonly rowPx: () => number;
  /** Rows beyond those in view that exist, so that a fast scroll shows no gap. */
  readonly overscan: number;
  /** Height of what covers the end of the view, pixels. */
  readonly coveredPx: number;
  /** The row that exists even if it is scrolled out of view, because assistive technology must find it. -1: none. */
  readonly pinned: () => number;
  readonly create: (index: number) => HTMLElement;
  /** Called whenever a row may have changed. */
  readonly update: (row: HTMLElement, index: number) => void;
  /** The row has left the view. */
  readonly onRemoved?: (row: HTMLElement) => void;
}

export interface VirtualRows {
  /** Draws that many new rows. */
  readonly reset: (count: number) => void;
  /** Updates the rows. */
  readonly draw: () => void;
  /** Scrolls as little as needed for a row to be in view. */
  readonly scrollTo: (index: number) => void;
  /** Scrolls a row to the middle of the view; to the start if there is none. */
  readonly centre: (index: number) => void;
}

export function createVirtualRows(options: VirtualRowsOptions): VirtualRows {
  const { scroller, body, rowPx, pinned, create, update } = options;
  const drawn = new Map<number, HTMLElement>();
  const rowsOf = (range: Range): number[] => {
    const rows = defaultRangeExtractor(range);
    const row = pinned();
    return row < 0 || row >= range.count || rows.includes(row) ? rows : [...rows, row].sort((one, other) => one - other);
  };
  const remove = (index: number, row: HTMLElement): void => {
    row.remove();
    drawn.delete(index);
    options.onRemoved?.(row);
  };
  const draw = (): void => {
    body.style.height = `${virtualizer.getTotalSize()}px`;
    const items = virtualizer.getVirtualItems();
    const wanted = new Set(items.map(({ index }) => index));
    for (const [index, row] of drawn) if (!wanted.has(index)) remove(index, row);
    for (const { index, start } of items) {
      const row = drawn.get(index) ?? create(index);
      if (!drawn.has(index)) {
        row.style.transform = `translateY(${start}px)`;
        row.dataset["row"] = String(index);
        insertInOrder(body, row, index);
        drawn.set(index, row);
      }
      update(row, index);
    }
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
    count: 0,
    getScrollElement: () => scroller,
    estimateSize: rowPx,
    overscan: options.overscan,
    scrollPaddingEnd: options.coveredPx,
    rangeExtractor: rowsOf,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: draw,
  });
  virtualizer._didMount();
  return {
    reset: (count) => {
      for (const [index, row] of drawn) remove(index, row);
      virtualizer.setOptions({ ...virtualizer.options, count });
      // The height of the rows may be another one.
      virtualizer.measure();
      virtualizer._willUpdate();
      draw();
    },
    draw: () => {
      virtualizer._willUpdate();
      draw();
    },
    scrollTo: (index) => virtualizer.scrollToIndex(index),
    centre: (index) => {
      scroller.scrollTop = index < 0 ? 0 : (index + 0.5) * rowPx() - scroller.clientHeight / 2;
    },
  };
}

/** Keeps the rows in their order, in which a screen reader reads them. */
function insertInOrder(body: HTMLElement, row: HTMLElement, index: number): void {
  const last = body.lastElementChild;
  if (!(last instanceof HTMLElement) || Number(last.dataset["row"]) < index) return body.append(row);
  for (const each of body.children) {
    if (each instanceof HTMLElement && Number(each.dataset["row"]) > index) return each.before(row);
  }
}
