export type RtcNodeErrorReason = "not-open" | "message-too-large";

/** A message could not be sent. Expected: the channel may close, or the remote name a small limit, at any time. */
export class RtcNodeError extends Error {
  override readonly name = "RtcNodeError";
  readonly reason: RtcNodeErrorReason;

  constructor(reason: RtcNodeErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
