/*
 * Which pieces of downloads make way for what a person waits for. They are cancelled, not waited for: a window full of a download is a whole round trip
 * of it. What has come of them is kept; what has not is asked for again when there is room, so the little that was on the wire is all that it costs.
 */
import type { RangeLane } from "../channel/range-lane.ts";
import type { Piece, Reader } from "./reader.ts";

/** A piece that is asked for. */
export interface Underway {
  readonly lane: RangeLane;
  readonly reader: Reader;
  readonly piece: Piece;
  /** Up to where it was asked for: less than the piece's own end where that came back from another lane. */
  readonly end: number;
}

/**
 * The pieces to cancel so that `length` bytes find room on a lane; those with the most left first, so that they are few.
 * @param background what is under way of readers that can wait
 * @returns none where there is room already, and where all of them would not be enough
 */
export function takeRoom(lane: RangeLane, length: number, background: readonly Underway[]): Underway[] {
  const candidates = background.filter((underway) => underway.lane === lane).sort((one, other) => left(other) - left(one));
  let missingBytes = lane.outstandingBytes + length - lane.window.outstandingBytes;
  // A place that is held for a cancelled range comes free by itself, and sooner than another one would.
  let needsPlace = lane.freePlaces < 1 && lane.liveRanges === lane.places;
  const taken: Underway[] = [];
  for (const underway of candidates) {
    if (missingBytes <= 0 && !needsPlace) break;
    taken.push(underway);
    missingBytes -= left(underway);
    needsPlace = false;
  }
  return missingBytes <= 0 && !needsPlace ? taken : [];
}

function left({ piece, end }: Underway): number {
  return end - piece.received;
}
