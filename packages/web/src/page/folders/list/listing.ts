/* The content of a folder, as the page works with it. */
import type { FolderColumns } from "../../../shared/messages/folder-messages.ts";
import { type EntryKind, entryKind } from "./entry-kind.ts";
import { foldedName, naturalKey } from "./natural-order.ts";
import { childPath } from "../tree-path.ts";

export interface Entry {
  /** As the host states it: not ready to be displayed. */
  readonly name: string;
  /** Its exact bytes, percent-encoded. Undefined: the name as UTF-8. */
  readonly exact: string | undefined;
  readonly kind: EntryKind;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Last modification, milliseconds since 1970. */
  readonly modifiedMs: number;
  /** For searching. */
  readonly folded: string;
  /** For sorting. */
  readonly key: string;
}

export interface Listing {
  /** In natural order, folders first. */
  readonly entries: readonly Entry[];
  readonly skipped: number;
}

export function listingOf({ names, exact, folders, sizes, times, skipped }: FolderColumns): Listing {
  const entries = names.map((name, index): Entry => {
    const size = sizes[index] ?? 0;
    const folded = foldedName(name);
    return {
      name,
      exact: exact.get(index),
      kind: entryKind(name, folders[index] === 1, size),
      size,
      modifiedMs: times[index] ?? 0,
      folded,
      key: naturalKey(folded),
    };
  });
  return { entries: entries.sort(naturally), skipped };
}

/** The path of an entry, percent-encoded. */
export function entryPath(folder: string, entry: Entry): string {
  return childPath(folder, encodedName(entry));
}

/** An entry's name, percent-encoded. */
export function encodedName({ name, exact }: Entry): string {
  return exact ?? encodeURIComponent(name);
}

/** Natural order, folders first. */
export function naturally(one: Entry, other: Entry): number {
  if ((one.kind === "folder") !== (other.kind === "folder")) return one.kind === "folder" ? -1 : 1;
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}
