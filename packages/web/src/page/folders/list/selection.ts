/* Which entries of a folder the viewer has selected, to download them together. Pure. */
import { encodedName, type Entry } from "./listing.ts";

export interface Selection {
  /** Of the selected entries, percent-encoded. */
  readonly names: ReadonlySet<string>;
  /** The entry where a range begins, and the names that were selected besides it. Undefined until an entry was chosen. */
  readonly anchor?: { readonly name: string; readonly others: ReadonlySet<string> };
}

export const NOTHING_SELECTED: Selection = { names: new Set() };

/** Selects an entry, or no longer. */
export function toggleEntry({ names }: Selection, entry: Entry): Selection {
  const name = encodedName(entry);
  const others = new Set(names);
  const was = others.delete(name);
  return { names: was ? others : new Set([...others, name]), anchor: { name, others } };
}

/** Selects the entries from the anchor to `index`, and what was selected besides them. @param current index of the row that is the anchor if there is none */
export function extendSelection(selection: Selection, rows: readonly Entry[], current: number, index: number): Selection {
  const name = selection.anchor?.name ?? nameAt(rows, current) ?? nameAt(rows, index);
  if (name === undefined) return selection;
  const others = selection.anchor?.others ?? selection.names;
  const found = rows.findIndex((entry) => encodedName(entry) === name);
  // The filter may hide the anchor.
  const from = found < 0 ? index : found;
  const range = rows.slice(Math.min(from, index), Math.max(from, index) + 1);
  return { names: new Set([...others, ...range.map(encodedName)]), anchor: { name, others } };
}

/** Selects all entries that are shown, besides those that are selected. */
export function selectAll({ names }: Selection, rows: readonly Entry[]): Selection {
  return { names: new Set([...names, ...rows.map(encodedName)]) };
}

/** What is left of a selection after its folder was listed again. */
export function keepListed(selection: Selection, entries: readonly Entry[]): Selection {
  if (selection.names.size === 0) return NOTHING_SELECTED;
  return { names: new Set(entries.map(encodedName).filter((name) => selection.names.has(name))) };
}

function nameAt(rows: readonly Entry[], index: number): string | undefined {
  const entry = rows[index];
  return entry && encodedName(entry);
}
