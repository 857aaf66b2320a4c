import type { ShareLink } from "@rangecast/signal";

/** A session of the base protocol (PROTOCOL.md, 2). The relay's operator chose its id and key. */
export interface PlainSession {
  /** The relay's URL. */
  readonly base: string;
  readonly sessionId: string;
  readonly key: string;
}

/** What to connect to. */
export type Target = { readonly kind: "share"; readonly link: ShareLink } | ({ readonly kind: "plain" } & PlainSession);
