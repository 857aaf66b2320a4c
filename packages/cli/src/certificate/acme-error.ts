import { ExpectedError } from "@rangecast/base";

/** Why no certificate was issued, for programs. The message has the CA's own words. */
export type AcmeErrorReason =
  /** The CA's server can't be reached, or doesn't answer in time. */
  | "ca-unreachable"
  /** The CA's server has a certificate that this computer doesn't trust. */
  | "ca-untrusted"
  /** The CA's server failed, or gave an answer that is not ACME's. */
  | "ca-failed"
  /** The CA refuses more requests for now (RFC 8555, 6.6). */
  | "rate-limited"
  /** The CA can't look up the name. */
  | "name-unresolved"
  /** The CA can't connect to the address of the name. */
  | "name-unreachable"
  /** Something else answers at the address of the name. */
  | "wrong-answer"
  /** The name's CAA record permits other CAs only (RFC 8659). */
  | "caa-forbids"
  /** The CA issues no certificate for this name. */
  | "name-rejected"
  /** The CA doesn't accept the e-mail address. */
  | "email-rejected"
  /** The account must be bound to one made elsewhere (RFC 8555, 7.3.4), or its terms must be accepted again. */
  | "account-required"
  /** The CA offers no challenge that can be answered here. */
  | "no-challenge"
  /** The CA checks or issues for too long. */
  | "timed-out"
  /** The issued certificate can't be used now. */
  | "bad-certificate"
  /** Refused for another reason. */
  | "refused";

export interface AcmeErrorOptions extends ErrorOptions {
  /** The CA's `Retry-After`, milliseconds since 1970. */
  readonly retryAt?: number | undefined;
}

/** No certificate was issued. */
export class AcmeError extends ExpectedError<AcmeErrorReason> {
  override readonly name = "AcmeError";
  /** When the CA permits another attempt, milliseconds since 1970; undefined: it doesn't say. */
  readonly retryAt: number | undefined;

  constructor(reason: AcmeErrorReason, message: string, options: AcmeErrorOptions = {}) {
    super(reason, message, options);
    this.retryAt = options.retryAt;
  }
}
