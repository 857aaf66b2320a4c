import type { Entry } from "./listing.ts";

export interface Siblings {
  readonly previous: Entry | undefined;
  readonly next: Entry | undefined;
  /** Place of the file among its like, from 1 on, and their number. */
  readonly place: number;
  readonly count: number;
}

/** Kinds of which a folder is a list to be played or looked through. */
const SEQUENCES: ReadonlySet<Entry["kind"]> = new Set(["video", "audio", "image", "pdf", "text"]);

/** The files before and after one in a folder's order that are shown in the same way. Undefined if it has none. */
export function siblingsOf(rows: readonly Entry[], entry: Entry): Siblings | undefined {
  if (!SEQUENCES.has(entry.kind)) return undefined;
  const like = rows.filter(({ kind }) => kind === entry.kind);
  const index = like.indexOf(entry);
  if (index < 0 || like.length < 2) return undefined;
  return { previous: like[index - 1], next: like[index + 1], place: index + 1, count: like.length };
}
