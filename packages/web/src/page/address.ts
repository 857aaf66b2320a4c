import { LinkError, parseLink, type ShareLink } from "@rangecast/signal";

/** What the page's own address asks for. */
export type Address =
  | { readonly kind: "home" }
  | { readonly kind: "share"; readonly link: ShareLink }
  | { readonly kind: "bad"; readonly reason: "incomplete" | "invalid" };

const SHARE_PATH = /^\/s(?:\/|$)/u;

/** Reads the address that the page was opened with. The secret stays in its fragment, so that the page can be reloaded. */
export function readAddress(href: string): Address {
  if (!SHARE_PATH.test(new URL(href).pathname)) return { kind: "home" };
  try {
    return { kind: "share", link: parseLink(href) };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { kind: "bad", reason: error.reason === "incomplete" ? "incomplete" : "invalid" };
  }
}
