import { ExpectedError } from "@rangecast/base";
import type { BY_REASON } from "./refusal-message.ts";

/**
 * Why the relay could not be used:
 * - `unauthorized` (401), `forbidden` (403), `not-found` (404): final; for a share, a wrong link and one that doesn't exist look the same
 * - `conflict` (409): the session id was used before
 * - `busy` (429): a cap is reached; see `retryAfterMs`
 * - `offline`: the share's daemon is not connected to the relay
 * - `refused`: any other 4xx; `detail` holds the relay's error code
 * - `unreachable`: timeout, network failure or 5xx
 * - `bad-answer`: a response that does not follow the protocol
 * - `over-cap`: the relay sent more than the protocol allows, or a session's messages were not read and its queue is full
 * - `queue-full`: too many posts are waiting
 */
export type SignalErrorReason = keyof typeof BY_REASON;

export interface SignalErrorOptions extends ErrorOptions {
  /** HTTP status. */
  readonly status?: number;
  /** From `Retry-After`, milliseconds, capped. */
  readonly retryAfterMs?: number;
  /** The `error` code of the relay's JSON response, such as `wrong-time`. */
  readonly detail?: string;
}

/** The relay refused, failed, or did not follow the protocol. */
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
