/**
 * Base class of expected errors: a peer, the network, the system or the user caused them. `reason` is for programs, `message` for people; no message contains
 * a secret or a token. Bugs are plain `Error`s, which nobody catches.
 */
export abstract class ExpectedError<Reason extends string> extends Error {
  abstract override readonly name: string;
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
