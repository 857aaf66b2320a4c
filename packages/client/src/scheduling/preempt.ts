import type { RangeSource } from "../channel/range-source.ts";
import type { Piece, Reader } from "./reader.ts";

/** A piece that is requested from a source. */
export interface PendingPiece {
  readonly source: RangeSource;
  readonly reader: Reader;
  readonly piece: Piece;
  /** End of the requested range. It is less than the piece's own end if another source served a part of it. */
  readonly end: number;
}

/**
 * Chooses background pieces to cancel, so that an interactive request of `length` bytes fits into a source's window at once instead of a round trip
 * later (C-14). Those with the most bytes left come first, so that few are cancelled. Bytes that arrived of them are kept; the rest is requested again
 * later, so only what was on the wire is lost.
 * @param background pending pieces of background readers
 * @returns an empty array if the request fits already, or if cancelling all of them would not be enough
 */
export function piecesToPreempt(source: RangeSource, length: number, background: readonly PendingPiece[]): PendingPiece[] {
  // A piece whose bytes have all arrived waits for its result only, which tells whether they can be trusted.
  const candidates = background
    .filter((pending) => pending.source === source && bytesLeft(pending) > 0)
    .sort((one, other) => bytesLeft(other) - bytesLeft(one));
  let missingBytes = source.outstandingBytes + length - source.window.outstandingBytes;
  // A slot held by a cancelled range becomes free by itself, and sooner than one that is freed now.
  let needsSlot = source.freeSlots < 1 && source.liveRanges === source.slots;
  const chosen: PendingPiece[] = [];
  for (const pending of candidates) {
    if (missingBytes <= 0 && !needsSlot) break;
    chosen.push(pending);
    missingBytes -= bytesLeft(pending);
    needsSlot = false;
  }
  return missingBytes <= 0 && !needsSlot ? chosen : [];
}

function bytesLeft({ piece, end }: PendingPiece): number {
  return end - piece.received;
}
