/** Why a call on a channel is refused. */
export type DataChannelErrorReason =
  /** The channel is not open, or the association takes no more messages. */
  | "not-open"
  /** The peer does not take messages of this size. */
  | "message-too-large"
  /** The options contradict each other, or are out of range. */
  | "bad-options"
  /** Another channel has this id, or had it and is not closed on both sides. */
  | "id-in-use"
  /** All ids are in use. */
  | "no-free-id"
  /** The association has ended. */
  | "association-ended";

export class DataChannelError extends Error {
  override readonly name = "DataChannelError";
  readonly reason: DataChannelErrorReason;

  constructor(reason: DataChannelErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
