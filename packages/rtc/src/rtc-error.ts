/** Why a description is refused. */
export type RtcErrorReason = "no-fingerprint" | "many-fingerprints" | "weak-fingerprint" | "bad-description";

/** The remote's SDP is refused. The session ends with this error. */
export class RtcError extends Error {
  override readonly name = "RtcError";
  readonly reason: RtcErrorReason;

  constructor(reason: RtcErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
