/* What the viewer sees of a shared folder, as one value: an event in, the next state out. */
import type { QuestionFailure } from "../../shared/messages/folder-messages.ts";
import { filterEntries } from "./list/filter-entries.ts";
import { type Layout, layoutFor } from "./list/layout.ts";
import { encodedName, type Entry, type Listing } from "./list/listing.ts";
import { extendSelection, keepListed, NOTHING_SELECTED, selectAll, type Selection, toggleEntry } from "./list/selection.ts";
import { BY_NAME, nextSort, type Sort, sortEntries, type SortKey } from "./list/sort-entries.ts";
import { lastName, parentPath, ROOT_PATH } from "./tree-path.ts";

export interface FolderState {
  /** Where the viewer is: a folder or a file, percent-encoded. */
  readonly path: string;
  /** `loading`: the host was asked, and nothing of this place is known yet. */
  readonly phase: "loading" | "folder" | "file" | "failed";
  /** Why there is nothing to show. Only if failed. */
  readonly failure?: QuestionFailure;
  /** The file at `path`. Only in the phase `file`. */
  readonly file?: Entry;
  /** The folder whose entries are known: that of the path, or the one that holds the file. */
  readonly folder?: { readonly path: string; readonly listing: Listing };
  readonly sort: Sort;
  readonly filter: string;
  /** The folder's entries as they are listed: sorted and filtered. */
  readonly rows: readonly Entry[];
  /** Index of the row where the viewer is, which keys move and open. -1: none. */
  readonly current: number;
  /** What is to be downloaded together. */
  readonly selection: Selection;
  readonly layout: Layout;
  /** The viewer has chosen the layout: it stays so in other folders. */
  readonly layoutChosen: boolean;
  /** A picture fills the window. */
  readonly enlarged: boolean;
}

export type FolderEvent =
  /** The viewer goes to another place. */
  | { readonly type: "go"; readonly path: string }
  | { readonly type: "listed"; readonly path: string; readonly listing: Listing }
  /** The file at the path is shown. Its folder is listed already. */
  | { readonly type: "file-opened"; readonly path: string; readonly file: Entry; readonly enlarge: boolean }
  | { readonly type: "failed"; readonly reason: QuestionFailure }
  | { readonly type: "sort"; readonly key: SortKey }
  | { readonly type: "filter"; readonly text: string }
  | { readonly type: "move"; readonly index: number }
  /** Selects a row, or no longer; or all rows up to this one. */
  | { readonly type: "toggle" | "extend"; readonly index: number }
  | { readonly type: "select-all" }
  | { readonly type: "select-none" }
  | { readonly type: "layout"; readonly layout: Layout }
  | { readonly type: "enlarge"; readonly enlarged: boolean };

export const START: FolderState = {
  path: ROOT_PATH,
  phase: "loading",
  sort: BY_NAME,
  filter: "",
  rows: [],
  current: -1,
  selection: NOTHING_SELECTED,
  layout: "list",
  layoutChosen: false,
  enlarged: false,
};

export function nextFolderState(state: FolderState, event: FolderEvent): FolderState {
  switch (event.type) {
    case "go":
      return withPath(state, event.path);
    case "listed":
      return withListing(state, event.path, event.listing);
    case "file-opened": {
      const { failure: _failure, ...kept } = state;
      const { path, file, enlarge } = event;
      return { ...kept, path, phase: "file", file, current: state.rows.indexOf(file), enlarged: enlarge && file.kind === "image" };
    }
    case "failed":
      return { ...state, phase: "failed", failure: event.reason };
    case "sort":
      return arranged({ ...state, sort: nextSort(state.sort, event.key) }, currentEntry(state));
    case "filter":
      return arranged({ ...state, filter: event.text }, currentEntry(state));
    case "layout":
      return { ...state, layout: event.layout, layoutChosen: true };
    case "enlarge":
      return { ...state, enlarged: event.enlarged && state.file?.kind === "image" };
    case "move":
      return moved(state, event.index);
    default:
      return withSelection(state, event);
  }
}

/** The entry where the viewer is, if there is one. */
export function currentEntry({ rows, current }: FolderState): Entry | undefined {
  return rows[current];
}

function moved(state: FolderState, index: number): FolderState {
  return { ...state, current: Math.max(-1, Math.min(index, state.rows.length - 1)) };
}

type SelectionEvent = Extract<FolderEvent, { readonly type: "toggle" | "extend" | "select-all" | "select-none" }>;

function withSelection(state: FolderState, event: SelectionEvent): FolderState {
  const { selection, rows, current } = state;
  if (event.type === "select-all") return { ...state, selection: selectAll(selection, rows) };
  if (event.type === "select-none") return { ...state, selection: NOTHING_SELECTED };
  const entry = rows[event.index];
  if (!entry) return state;
  const next = event.type === "toggle" ? toggleEntry(selection, entry) : extendSelection(selection, rows, current, event.index);
  return moved({ ...state, selection: next }, event.index);
}

function withPath(state: FolderState, path: string): FolderState {
  const { file: _file, failure: _failure, ...kept } = state;
  return { ...kept, path, phase: "loading" };
}

function withListing(state: FolderState, path: string, listing: Listing): FolderState {
  const same = state.folder?.path === path;
  const { failure: _failure, file, ...kept } = state;
  const current = same ? currentEntry(state) : undefined;
  // Back from a folder or a file: the viewer is there.
  const name = current === undefined ? cameFrom(state, path) : encodedName(current);
  const entry = name === undefined ? undefined : listing.entries.find((each) => encodedName(each) === name);
  const listed: FolderState = {
    ...kept,
    folder: { path, listing },
    filter: same ? state.filter : "",
    selection: same ? keepListed(state.selection, listing.entries) : NOTHING_SELECTED,
    layout: state.layoutChosen ? state.layout : layoutFor(listing.entries),
  };
  if (state.path !== path) return arranged(file === undefined ? listed : { ...listed, file }, entry);
  return arranged({ ...listed, phase: "folder", enlarged: false }, entry);
}

/** The entry of a folder in which the viewer was. */
function cameFrom(state: FolderState, path: string): string | undefined {
  const before = state.folder?.path;
  if (before === undefined || before === path) return undefined;
  for (let at = before; at !== ROOT_PATH; at = parentPath(at)) if (parentPath(at) === path) return lastName(at);
  return undefined;
}

/** Sorts and filters the entries. @param entry is current, if it is listed */
function arranged(state: FolderState, entry: Entry | undefined): FolderState {
  const rows = filterEntries(sortEntries(state.folder?.listing.entries ?? [], state.sort), state.filter);
  return { ...state, rows, current: entry === undefined ? -1 : rows.indexOf(entry) };
}
