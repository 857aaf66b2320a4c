import type { FolderState } from "../folder-state.ts";
import type { SortKey } from "../list/sort-entries.ts";
import type { Shape } from "./keyboard.ts";
import type { Part } from "./part.ts";

/** The entries of a folder: as a list, or as tiles. */
export interface EntriesView extends Part<FolderState> {
  /** Scrolls to the current entry, after the entries were hidden: a hidden element forgets where it was scrolled to. */
  readonly reveal: () => void;
  /** As keys move through it. */
  readonly shape: () => Shape;
}

export interface EntriesHandlers {
  readonly hrefOf: (path: string) => string;
  readonly onSort: (key: SortKey) => void;
  readonly onOpen: (index: number) => void;
  /** Selects an entry, or no longer. */
  readonly onToggle: (index: number) => void;
  /** Selects all entries up to this one. */
  readonly onExtend: (index: number) => void;
}

/** Whether other entries, or another order of them, are shown than before: not if the folder was only listed again. */
export function isOtherView(before: FolderState | undefined, next: FolderState): boolean {
  return before?.folder?.path !== next.folder?.path || before?.sort !== next.sort || before.filter !== next.filter;
}
