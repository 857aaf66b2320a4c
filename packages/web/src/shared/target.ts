import type { ShareLink } from "@rangecast/signal";

/** A session of the base protocol (PROTOCOL.md, 2): whoever runs the relay made up its id and key. */
export interface PlainSession {
  /** The relay's address. */
  readonly base: string;
  readonly sessionId: string;
  readonly key: string;
}

/** What can be connected to. */
export type Target = { readonly kind: "share"; readonly link: ShareLink } | ({ readonly kind: "plain" } & PlainSession);
