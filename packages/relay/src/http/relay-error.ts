import { ExpectedError } from "@rangecast/base";

/**
 * Why a request is refused, and with which HTTP status. Programs read the reason as `error` in the response's JSON. 401, 403 and 404 end a client's session at
 * once (S-4).
 */
export const REFUSAL_STATUS = {
  "bad-request": 400,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  "wrong-origin": 403,
  "wrong-time": 403,
  "bad-signature": 403,
  "not-found": 404,
  "too-slow": 408,
  "session-used": 409,
  replayed: 409,
  "too-large": 413,
  busy: 429,
  "over-cap": 429,
  internal: 500,
  offline: 503,
  full: 503,
  closing: 503,
} as const;

export type RefusalReason = keyof typeof REFUSAL_STATUS;

/** Why the server could not start. */
export type ListenFailureReason = "port-in-use" | "port-forbidden" | "bad-host" | "bad-tls" | "cannot-listen";

export type RelayErrorReason = RefusalReason | ListenFailureReason;

export interface RelayErrorOptions extends ErrorOptions {
  /** When to retry, milliseconds from now: the response's `Retry-After`. */
  readonly retryAfterMs?: number;
}

/** A request is refused, or the server can't start. No message contains a secret or a token. */
export class RelayError extends ExpectedError<RelayErrorReason> {
  override readonly name = "RelayError";
  readonly retryAfterMs: number | undefined;

  constructor(reason: RelayErrorReason, message: string, options: RelayErrorOptions = {}) {
    super(reason, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}
