/** A share's link, `{page}/s/{shareId}#v1.{secret}` (protocol 3.1). */
export interface ShareLink {
  /** Origin of the page, with its path prefix if it has one, without a slash at the end. */
  readonly page: string;
  /** Address of the relay, without a slash at the end: the page's origin unless the link says otherwise. */
  readonly relay: string;
  /** 16 bytes, base64url. */
  readonly shareId: string;
  /** S: 32 bytes. Never in a message, a log or a request. */
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** @throws {LinkError} whose message holds nothing of the text */
export function parseLink(text: string): ShareLink {
  throw new Error("not written yet", { cause: text.length });
}

/** The link's text; `&relay=` is there only where the relay is not the page's origin. */
export function formatLink(link: ShareLink): string {
  throw new Error("not written yet", { cause: link.page });
}
