/** Why a frame is refused. */
export type WireErrorReason =
  | "too-short"
  | "over-cap"
  | "length-mismatch"
  | "bad-size"
  | "bad-name-length"
  | "unknown-type"
  | "unsafe-integer";

/** The peer sent bytes that are no frame. Expected: log it (not once a frame), drop it, go on (protocol 1.3). */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly reason: WireErrorReason;

  constructor(reason: WireErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
