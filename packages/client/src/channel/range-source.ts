/* What the scheduler sees of a range channel. */
import type { ClientError } from "../client-error.ts";
import type { Window } from "../window/window.ts";

/**
 * How a range ended:
 * - `done`: every byte arrived
 * - `ended`: the file ends after the bytes that arrived: the host flagged the last chunk (only with `openEnd`)
 * - `past-end`: the range starts at or after the end of the file (only with `openEnd`)
 * - `busy`: the host serves too many ranges (status 1); try again later
 * - `lost`: the channel is closed or its host is stopping; another source may have the missing bytes
 * - `failed`: the host can't serve the range
 */
export type RangeResult =
  | { readonly kind: "done" }
  | { readonly kind: "ended" }
  | { readonly kind: "past-end" }
  | { readonly kind: "busy" }
  | { readonly kind: "lost" }
  | { readonly kind: "failed"; readonly error: ClientError };

/** A range to request. Its callbacks are not called before `request` has returned, nor after the range was cancelled. */
export interface RangeRequest {
  /** The resource at this source: 0 for the session's file, or the handle of an opened one. */
  readonly handle: number;
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
  /** The size of the resource is not known, so it may end within the range, or before it. @default false */
  readonly openEnd?: boolean;
  /** Called with bytes of the range, in order, at most `length` in total. They are a view into the message that they came in. */
  readonly onData: (bytes: Uint8Array) => void;
  /** Called once, unless the range is cancelled. */
  readonly onEnd: (result: RangeResult) => void;
}

/** Cancels a range. Neither of its callbacks is called after this. Idempotent. */
export type CancelRange = () => void;

/** Serves ranges of a host's resources, a bounded number at a time. */
export interface RangeSource {
  readonly window: Window;
  /** Whether ranges may be requested. */
  readonly ready: boolean;
  /** Number of ranges that the host serves at once (C-4, X-7). */
  readonly slots: number;
  /** Ranges in progress. */
  readonly liveRanges: number;
  /** Number of ranges that may be requested now. A cancelled range holds its slot until the host is known to have stopped it. */
  readonly freeSlots: number;
  /** Bytes requested that have not arrived. */
  readonly outstandingBytes: number;
  /** Called when more may be requested than before. */
  onCapacity: (() => void) | undefined;
  /** Requests a range. Throws if the source isn't ready or has no free slot: the caller must check first. */
  request(range: RangeRequest): CancelRange;
}
