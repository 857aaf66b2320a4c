import { ExpectedError } from "@rangecast/base";

/** Why an identity is refused: it is no P-256 private key, or its halves do not fit each other. */
export type IdentityErrorReason = "bad-key";

/** The stored identity can not be used. */
export class IdentityError extends ExpectedError<IdentityErrorReason> {
  override readonly name = "IdentityError";
}
