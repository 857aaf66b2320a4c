import { ExpectedError } from "@rangecast/base";

/**
 * Why a link is refused: `not-a-link` (no http or https address of a share), `incomplete` (no secret after `#`), `wrong-version`, `bad-secret` (not 256
 * bits: probably cut off), `bad-share-id`, `bad-relay` (the address after `&relay=`), `bad-path` (the path after `&path=`).
 */
export type LinkErrorReason = "not-a-link" | "incomplete" | "wrong-version" | "bad-secret" | "bad-share-id" | "bad-relay" | "bad-path";

/** The text is not a valid link. The message contains no part of the text, which may hold a secret (L-9). */
export class LinkError extends ExpectedError<LinkErrorReason> {
  override readonly name = "LinkError";
}
