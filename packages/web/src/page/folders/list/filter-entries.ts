import type { Entry } from "./listing.ts";
import { foldedName } from "./natural-order.ts";

/** The entries whose name has each word of the text, without regard to case and accents. */
export function filterEntries(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = foldedName(text)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return words.length === 0 ? entries : entries.filter(({ folded }) => words.every((word) => folded.includes(word)));
}

/** Index of the next entry, from `from` on and then from the start, whose name begins with a text. -1 if there is none. */
export function findByStart(rows: readonly Entry[], text: string, from: number): number {
  const start = foldedName(text);
  const after = rows.findIndex(({ folded }, index) => index >= from && folded.startsWith(start));
  return after >= 0 ? after : rows.findIndex(({ folded }) => folded.startsWith(start));
}
