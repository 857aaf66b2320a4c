import { ExpectedError } from "@rangecast/base";

/**
 * Why the relay could not be used:
 * - `unauthorized` (401), `forbidden` (403), `not-found` (404): final; for a share, a wrong link and one that doesn't exist look the same
 * - `conflict` (409): the session id was used before
 * - `busy` (429): caps; see `retryAfterMs`
 * - `offline`: the relay is there, the share's daemon is not
 * - `refused`: any other 4xx; `detail` holds the relay's own word
 * - `unreachable`: no answer in time, network failure, 5xx
 * - `bad-answer`: an answer, but not one of this protocol
 * - `over-cap`: the relay sent more than the protocol allows, or a session's messages were not read and its buffer is full
 * - `queue-full`: more posts wait than the queue holds
 */
export type SignalErrorReason =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "busy"
  | "offline"
  | "refused"
  | "unreachable"
  | "bad-answer"
  | "over-cap"
  | "queue-full";

export interface SignalErrorOptions extends ErrorOptions {
  /** HTTP status. */
  readonly status?: number;
  /** From `Retry-After`, milliseconds, capped. */
  readonly retryAfterMs?: number;
  /** The `error` word of the relay's JSON answer, such as `bad-time`. */
  readonly detail?: string;
}

/** The relay refused, failed, or did not keep to the protocol. */
export class SignalError extends ExpectedError<SignalErrorReason> {
  override readonly name = "SignalError";
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly detail: string | undefined;

  constructor(reason: SignalErrorReason, message: string, options: SignalErrorOptions = {}) {
    super(reason, message, options);
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.detail = options.detail;
  }
}
