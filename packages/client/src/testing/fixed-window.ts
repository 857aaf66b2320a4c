import { BASE_RANGES, largeChunkBytes } from "@rangecast/wire";
import type { Window } from "../window/window.ts";

/** Length of a piece, bytes: four large chunks, or sixteen of the base protocol. */
export const PIECE_BYTES: number = 4 * largeChunkBytes(undefined);

/** Maximum number of outstanding bytes: one piece for each slot of a host of the base protocol. */
export const OUTSTANDING_BYTES: number = BASE_RANGES * PIECE_BYTES;

/** Ranges in progress: one arrives while the request for the next one is on its way. */
const NORMAL_RANGES = 2;

export interface FixedWindowOptions {
  /** Bytes. @default OUTSTANDING_BYTES */
  readonly outstandingBytes?: number;
  /** Bytes. @default PIECE_BYTES, or all of a smaller window */
  readonly pieceBytes?: number;
}

/** A window whose sizes do not change. */
export function fixedWindow(options: FixedWindowOptions = {}): Window {
  const { outstandingBytes = OUTSTANDING_BYTES, pieceBytes = Math.min(PIECE_BYTES, outstandingBytes) } = options;
  if (!(pieceBytes >= 1 && pieceBytes <= outstandingBytes)) {
    throw new RangeError(`pieces of ${pieceBytes} bytes don't fit into a window of ${outstandingBytes}`);
  }
  const ignore = (): void => undefined;
  return {
    outstandingBytes,
    pieceBytes,
    ranges: NORMAL_RANGES,
    largeChunks: true,
    onHost: ignore,
    onSent: ignore,
    onDelivered: ignore,
    onEnded: ignore,
    onRtt: ignore,
  };
}
