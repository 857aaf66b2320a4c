import { ExpectedError } from "@rangecast/base";

/**
 * Why an answer is refused: `malformed`, `wrong-daemon` (key and nonce do not make the share id), `wrong-offer` (it answers another offer),
 * `bad-signature` (another session, another answer, or another key signed).
 */
export type BindingErrorReason = "malformed" | "wrong-daemon" | "wrong-offer" | "bad-signature";

/** The answer does not come from the daemon that the share id names (protocol 3.1, point 5). */
export class BindingError extends ExpectedError<BindingErrorReason> {
  override readonly name = "BindingError";
}
