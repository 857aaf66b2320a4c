/**
 * Base of this package's errors: something outside did not do as the protocol says. Expected; `reason` is for programs, `message` for people.
 * No message holds a secret or a token. (Our own faults are plain `Error`s that nobody catches.)
 */
export abstract class ExpectedError<Reason extends string> extends Error {
  abstract override readonly name: string;
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
