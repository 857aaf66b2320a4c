import type { ShareLink } from "@rangecast/signal";
import { PLAIN_SHARE } from "../resource-url.ts";

/** A session of the base protocol (PROTOCOL.md, 2). The relay's operator chose its id and key. */
export interface PlainSession {
  /** The relay's URL. */
  readonly base: string;
  readonly sessionId: string;
  readonly key: string;
}

/** What to connect to. */
export type Target = { readonly kind: "share"; readonly link: ShareLink } | ({ readonly kind: "plain" } & PlainSession);

/** The target's share, as in the URLs of its resources. */
export function shareOf(target: Target): string {
  return target.kind === "share" ? target.link.shareId : PLAIN_SHARE;
}
