import { ExpectedError } from "@rangecast/base";

/**
 * Why a link is refused: `not-a-link` (no http or https address of a share), `incomplete` (nothing, or no secret, behind `#`), `wrong-version`,
 * `bad-secret` (not 256 bits: cut off, most likely), `bad-share-id`, `bad-relay` (the address behind `&relay=`).
 */
export type LinkErrorReason = "not-a-link" | "incomplete" | "wrong-version" | "bad-secret" | "bad-share-id" | "bad-relay";

/** The text is no link that can be opened. Its message never holds any of the text. */
export class LinkError extends ExpectedError<LinkErrorReason> {
  override readonly name = "LinkError";
}
