/*
 * Which pieces of downloads make way for what a person waits for. They are cancelled, not waited for: a window full of a download is a whole round trip
 * of it. What has come of them is kept; what has not is asked for again when there is room, so the little that was on the wire is all that it costs.
 */
import type { RangeSource } from "../channel/range-source.ts";
import type { Piece, Reader } from "./reader.ts";

/** A piece that is asked for. */
export interface Underway {
  readonly source: RangeSource;
  readonly reader: Reader;
  readonly piece: Piece;
  /** Up to where it was asked for: less than the piece's own end where that came back from another source. */
  readonly end: number;
}

/**
 * The pieces to cancel so that `length` bytes find room on a source; those with the most left first, so that they are few.
 * @param background what is under way of readers that can wait
 * @returns none where there is room already, and where all of them would not be enough
 */
export function takeRoom(source: RangeSource, length: number, background: readonly Underway[]): Underway[] {
  const candidates = background.filter((underway) => underway.source === source).sort((one, other) => left(other) - left(one));
  let missingBytes = source.outstandingBytes + length - source.window.outstandingBytes;
  // A slot that is held for a cancelled range comes free by itself, and sooner than another one would.
  let needsSlot = source.freeSlots < 1 && source.liveRanges === source.slots;
  const taken: Underway[] = [];
  for (const underway of candidates) {
    if (missingBytes <= 0 && !needsSlot) break;
    taken.push(underway);
    missingBytes -= left(underway);
    needsSlot = false;
  }
  return missingBytes <= 0 && !needsSlot ? taken : [];
}

function left({ piece, end }: Underway): number {
  return end - piece.received;
}
