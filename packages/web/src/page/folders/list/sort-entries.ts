import { type Entry, naturally } from "./listing.ts";
import { typeText } from "./entry-kind.ts";

export type SortKey = "name" | "size" | "type" | "date";

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const BY_NAME: Sort = { key: "name", descending: false };

/** The order after its column's button was pressed: the other direction, or for another column its usual one. */
export function nextSort(now: Sort, key: SortKey): Sort {
  if (now.key === key) return { key, descending: !now.descending };
  // The largest and the newest are what people look for.
  return { key, descending: key === "size" || key === "date" };
}

/** Sorts entries that are in natural order. Folders stay first; what is equal stays in natural order. */
export function sortEntries(entries: readonly Entry[], { key, descending }: Sort): readonly Entry[] {
  if (key === "name" && !descending) return entries;
  const folders = entries.filter(({ kind }) => kind === "folder");
  const files = entries.filter(({ kind }) => kind !== "folder");
  const sign = descending ? -1 : 1;
  const by = ordering(key);
  const sorted = [...files].sort((one, other) => sign * by(one, other));
  const sortedFolders = key === "date" || key === "name" ? [...folders].sort((one, other) => sign * by(one, other)) : folders;
  return [...sortedFolders, ...sorted];
}

function ordering(key: SortKey): (one: Entry, other: Entry) => number {
  if (key === "name") return naturally;
  if (key === "size") return (one, other) => one.size - other.size;
  if (key === "date") return (one, other) => one.modifiedMs - other.modifiedMs;
  const types = new Map<Entry, string>();
  const type = (entry: Entry): string => {
    const known = types.get(entry) ?? typeText(entry.name, entry.kind);
    types.set(entry, known);
    return known;
  };
  return (one, other) => (type(one) === type(other) ? 0 : type(one) < type(other) ? -1 : 1);
}
