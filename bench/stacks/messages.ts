import type { CandidateInit, SessionDescription } from "@rangecast/rtc";

/** Signalling of one connection ("lane"), forwarded by the parent. */
export type LaneSignal =
  | { readonly kind: "description"; readonly lane: number; readonly description: SessionDescription }
  | { readonly kind: "candidate"; readonly lane: number; readonly candidate: CandidateInit };

/** The receiver's task: keep `windowBytes` outstanding in total, in pieces, for this long. */
export interface WindowRun {
  readonly kind: "run";
  readonly lanes: number;
  readonly windowBytes: number;
  readonly pieceBytes: number;
  readonly milliseconds: number;
}

/** Bytes received in each second. */
export interface WindowResult {
  readonly kind: "result";
  readonly bytesBySecond: readonly number[];
}

/** Payload bytes per message, as agents of the base protocol send. */
export const MESSAGE_BYTES = 16_384;
