import { ExpectedError } from "@rangecast/base";

/** Why a registration is refused. `wrong-time`: too far from our clock. `wrong-origin`: signed for another relay. */
export type RegistrationErrorReason = "malformed" | "wrong-origin" | "wrong-time" | "bad-signature";

/** A registration that the relay does not take (protocol 3.1, point 1). */
export class RegistrationError extends ExpectedError<RegistrationErrorReason> {
  override readonly name = "RegistrationError";
}
