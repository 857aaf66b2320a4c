import type { FolderState } from "../folder-state.ts";
import type { SortKey } from "../list/sort-entries.ts";
import type { Shape } from "./keyboard.ts";
import type { Part } from "./part.ts";

/** The entries of a folder: as a list, or as tiles. */
export interface EntriesView extends Part<FolderState> {
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
