import { ExpectedError } from "@rangecast/base";

/**
 * Why a sealed payload is not taken: `malformed` (not the form), `wrong-side` (from ourselves), `does-not-open` (changed, or sealed with other keys, for
 * another session, type or number), `replayed` (its number is not above the last taken).
 */
export type SealErrorReason = "malformed" | "wrong-side" | "does-not-open" | "replayed";

/** A sealed payload that is not taken (protocol 3.1, point 4): drop it and count it. */
export class SealError extends ExpectedError<SealErrorReason> {
  override readonly name = "SealError";
}
