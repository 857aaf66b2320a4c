/* What the viewer sees of a shared folder, as one value: an event in, the next state out. */
import type { QuestionFailure } from "../../shared/messages/folder-messages.ts";
import { filterEntries } from "./list/filter-entries.ts";
import { encodedName, type Entry, type Listing } from "./list/listing.ts";
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
  /** Index of the selected row. -1: none. */
  readonly selected: number;
}

export type FolderEvent =
  /** The viewer goes to another place. */
  | { readonly type: "go"; readonly path: string }
  | { readonly type: "listed"; readonly path: string; readonly listing: Listing }
  /** The file at the path is shown. Its folder is listed already. */
  | { readonly type: "file-opened"; readonly path: string; readonly file: Entry }
  | { readonly type: "failed"; readonly reason: QuestionFailure }
  | { readonly type: "sort"; readonly key: SortKey }
  | { readonly type: "filter"; readonly text: string }
  | { readonly type: "select"; readonly index: number };

export const START: FolderState = {
  path: ROOT_PATH,
  phase: "loading",
  sort: BY_NAME,
  filter: "",
  rows: [],
  selected: -1,
};

export function nextFolderState(state: FolderState, event: FolderEvent): FolderState {
  switch (event.type) {
    case "go":
      return withPath(state, event.path);
    case "listed":
      return withListing(state, event.path, event.listing);
    case "file-opened": {
      const { failure: _failure, ...kept } = state;
      return { ...kept, path: event.path, phase: "file", file: event.file, selected: state.rows.indexOf(event.file) };
    }
    case "failed":
      return { ...state, phase: "failed", failure: event.reason };
    case "sort":
      return arranged({ ...state, sort: nextSort(state.sort, event.key) }, selectedEntry(state));
    case "filter":
      return arranged({ ...state, filter: event.text }, selectedEntry(state));
    case "select":
      return { ...state, selected: Math.max(-1, Math.min(event.index, state.rows.length - 1)) };
  }
}

/** The selected entry, if there is one. */
export function selectedEntry({ rows, selected }: FolderState): Entry | undefined {
  return rows[selected];
}

function withPath(state: FolderState, path: string): FolderState {
  const { file: _file, failure: _failure, ...kept } = state;
  return { ...kept, path, phase: "loading" };
}

function withListing(state: FolderState, path: string, listing: Listing): FolderState {
  const same = state.folder?.path === path;
  const { failure: _failure, file, ...kept } = state;
  const selected = same ? selectedEntry(state) : undefined;
  // Back from a folder or a file: that one is selected.
  const name = selected === undefined ? cameFrom(state, path) : encodedName(selected);
  const entry = name === undefined ? undefined : listing.entries.find((each) => encodedName(each) === name);
  const listed = { ...kept, folder: { path, listing }, filter: same ? state.filter : "" };
  if (state.path !== path) return arranged(file === undefined ? listed : { ...listed, file }, entry);
  return arranged({ ...listed, phase: "folder" }, entry);
}

/** The entry of a folder in which the viewer was. */
function cameFrom(state: FolderState, path: string): string | undefined {
  const before = state.folder?.path;
  if (before === undefined || before === path) return undefined;
  for (let at = before; at !== ROOT_PATH; at = parentPath(at)) if (parentPath(at) === path) return lastName(at);
  return undefined;
}

/** Sorts and filters the entries. @param entry is selected, if it is listed */
function arranged(state: FolderState, entry: Entry | undefined): FolderState {
  const rows = filterEntries(sortEntries(state.folder?.listing.entries ?? [], state.sort), state.filter);
  return { ...state, rows, selected: entry === undefined ? -1 : rows.indexOf(entry) };
}
