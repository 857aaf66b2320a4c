import type { CandidateInit, SessionDescription } from "@rangecast/rtc";

/** Signalling of one lane, passed on by the parent. */
export type LaneSignal =
  | { readonly kind: "description"; readonly lane: number; readonly description: SessionDescription }
  | { readonly kind: "candidate"; readonly lane: number; readonly candidate: CandidateInit };

/** What the receiver is told to do: keep `windowBytes` outstanding in all, in pieces, for so long. */
export interface WindowRun {
  readonly kind: "run";
  readonly lanes: number;
  readonly windowBytes: number;
  readonly pieceBytes: number;
  readonly milliseconds: number;
}

/** Bytes that came, second by second. */
export interface WindowResult {
  readonly kind: "result";
  readonly bytesBySecond: readonly number[];
}

/** Bytes of payload a message: what the base protocol's agents send. */
export const MESSAGE_BYTES = 16_384;
