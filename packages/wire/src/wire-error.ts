/** Why bytes are not a frame. */
export type WireErrorReason =
  | "too-short"
  | "over-cap"
  | "length-mismatch"
  | "bad-size"
  | "bad-name-length"
  | "unknown-type"
  | "unsafe-integer";

/** The peer sent bytes that are not a frame. Drop them, log at a limited rate, and continue (C-7). */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly reason: WireErrorReason;

  constructor(reason: WireErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
