/* What the scheduler knows of a channel, and nothing behind it. */
import type { ClientError } from "../client-error.ts";
import type { Window } from "../window/window.ts";

/**
 * How a range ended:
 * - `done`: every byte came
 * - `ended`: the file ends with what came: the host flagged the last chunk (only with `openEnd`)
 * - `past-end`: the range starts at the file's end or behind it (only with `openEnd`)
 * - `busy`: the agent has too many ranges (status 1); again later
 * - `lost`: the channel is gone or its agent stops; what is missing may come over another channel
 * - `failed`: it can't be had
 */
export type RangeResult =
  | { readonly kind: "done" }
  | { readonly kind: "ended" }
  | { readonly kind: "past-end" }
  | { readonly kind: "busy" }
  | { readonly kind: "lost" }
  | { readonly kind: "failed"; readonly error: ClientError };

/** A range to be asked for. Its callbacks are never called before `request` has returned, nor after it was cancelled. */
export interface RangeRequest {
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
  /** Nobody knows where the file ends, so it may end within the range, or before it. @default false */
  readonly openEnd?: boolean;
  /** Bytes of the range, in order, never more than `length` in all: a view into the message they came in. */
  readonly onData: (bytes: Uint8Array) => void;
  /** Once, unless it is cancelled. */
  readonly onEnd: (result: RangeResult) => void;
}

/** Stops a range: nothing of it is given any more. Idempotent. */
export type CancelRange = () => void;

export interface RangeSource {
  readonly window: Window;
  /** Whether ranges may be asked for. */
  readonly ready: boolean;
  /** Ranges that the agent serves at once (protocol 1.3; X-7). */
  readonly slots: number;
  /** Ranges that are served. */
  readonly liveRanges: number;
  /** How many more may be asked for, of its slots; cancelled ones count until they are surely over. */
  readonly freeSlots: number;
  /** Bytes asked for that have not come. */
  readonly outstandingBytes: number;
  /** Called when there may be more room than before. */
  onCapacity: (() => void) | undefined;
  /** Asks for a range. Without a free slot, or while not ready, it is our own fault. */
  request(range: RangeRequest): CancelRange;
}
