/*
 * How much one source may have asked for and not got yet. No browser holds a sender back on a data channel, so what is asked for is
 * what may pile up, and what is queued ahead of a seek delays it: the client holds the reins. The window here is fixed; one that
 * measures the path takes its place.
 */
import { BASE_RANGES, largeChunkBytes } from "@rangecast/wire";

/**
 * Length of a piece, bytes: four large chunks, or sixteen of the base protocol, without a crumb at the end. Two pieces, what a source
 * normally has outstanding, are 100 Mbit/s at a round trip of 40 ms.
 */
export const PIECE_BYTES: number = 4 * largeChunkBytes(undefined);

/**
 * Most bytes outstanding on a source, bytes: four pieces, so that each of the four slots of an agent can hold one; 0.8 s of a link of
 * 10 Mbit/s.
 */
export const OUTSTANDING_BYTES: number = BASE_RANGES * PIECE_BYTES;

/** Ranges that a source has outstanding with a window that does not move: one comes while the next one's request is on its way. */
export const NORMAL_RANGES = 2;

/** A source's window. The source tells it what happens; the scheduler asks it before each piece. Times are milliseconds of performance.now(). */
export interface Window {
  /** Most bytes that may be outstanding: asked for, and not come yet. At least 1. */
  readonly outstandingBytes: number;
  /** Length of the next piece, bytes. At least 1. */
  readonly pieceBytes: number;
  /** How many ranges to have outstanding: with fewer than make up the window it is never full. */
  readonly ranges: number;
  /** Whether to ask for frames of up to 64 KiB, where the agent knows them: fewer frames, but each holds up a PONG and a seek. */
  readonly largeChunks: boolean;
  /** The agent serves so many ranges at once, {@link BASE_RANGES} or more. Called once, before anything is asked for. */
  onSlots(slots: number): void;
  /** So many bytes were asked for, under this stream id. */
  onSent(streamId: number, bytes: number, nowMs: number): void;
  /** So many of them came. */
  onDelivered(streamId: number, bytes: number, nowMs: number): void;
  /** The stream is over: so many of its bytes never came. */
  onEnded(streamId: number, missingBytes: number, nowMs: number): void;
  /** A PONG came so long after its PING: the path's round trip, and what was queued before it. */
  onRtt(rttMs: number, nowMs: number): void;
}

export interface FixedWindowOptions {
  /** Bytes. @default OUTSTANDING_BYTES */
  readonly outstandingBytes?: number;
  /** Bytes. @default PIECE_BYTES, or all of a smaller window */
  readonly pieceBytes?: number;
  /** @default true */
  readonly largeChunks?: boolean;
}

/** A window that does not move. */
export function fixedWindow(options: FixedWindowOptions = {}): Window {
  const { outstandingBytes = OUTSTANDING_BYTES, pieceBytes = Math.min(PIECE_BYTES, outstandingBytes), largeChunks = true } = options;
  if (!(pieceBytes >= 1 && pieceBytes <= outstandingBytes)) {
    throw new RangeError(`pieces of ${pieceBytes} bytes don't fit into a window of ${outstandingBytes}`);
  }
  const ignore = (): void => undefined;
  return {
    outstandingBytes,
    pieceBytes,
    ranges: NORMAL_RANGES,
    largeChunks,
    onSlots: ignore,
    onSent: ignore,
    onDelivered: ignore,
    onEnded: ignore,
    onRtt: ignore,
  };
}
