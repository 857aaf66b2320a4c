/** Why bytes are not a frame; `bad-list`: not the list of a folder. */
export type WireErrorReason =
  | "too-short"
  | "over-cap"
  | "length-mismatch"
  | "bad-size"
  | "bad-name-length"
  | "unknown-type"
  | "unsafe-integer"
  | "bad-list";

/** The peer sent bytes that are not a frame: drop them, log at a limited rate, and continue (C-7). Or bytes that are not a folder's list. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly reason: WireErrorReason;

  constructor(reason: WireErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
