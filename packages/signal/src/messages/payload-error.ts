import { ExpectedError } from "@rangecast/base";

/** Which payload can not be decoded. */
export type PayloadErrorReason = "bad-offer" | "bad-answer" | "bad-candidate";

/** A message's payload is not what its type says (protocol 1.1). */
export class PayloadError extends ExpectedError<PayloadErrorReason> {
  override readonly name = "PayloadError";
}
