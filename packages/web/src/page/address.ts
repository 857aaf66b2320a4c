import { formatLink, LinkError, parseLink } from "@rangecast/signal";
import type { Target } from "../shared/messages/target.ts";

/** What the page's URL asks for. */
export type Address =
  | { readonly kind: "home" }
  | (Target & {
      /** The correct URL, if `#` was written as `%23`, so that the key was sent to the page's server. */
      readonly repaired?: string;
    })
  | { readonly kind: "bad"; readonly reason: "incomplete" | "invalid" };

/** Group 1 is the page's folder. */
const SHARE_PATH = /^(.*\/)s\//u;
const PLAIN_PATH = /^(.*\/)plain\/([^/]+?(?:%23key=.*)?)\/?$/iu;
const ENCODED_PLAIN_KEY = /#(?=key=)/u;

/** Path of the folder that the page is served from, with a slash at the end. It need not be the origin's root. */
export function pageBase(pathname: string): string {
  return (PLAIN_PATH.exec(pathname) ?? SHARE_PATH.exec(pathname))?.[1] ?? "/";
}

/** The link's fields after `#`, without the path in the share (L-18), which changes while the viewer goes from folder to folder. */
export function linkOf(hash: string): string {
  return hash.replace(/&path=[^&]*/u, "");
}

/** Reads the URL that the page was opened with. The secret stays in the fragment, so that the page can be reloaded. */
export function readAddress(href: string): Address {
  const url = new URL(href);
  const plain = PLAIN_PATH.exec(url.pathname)?.[2];
  if (plain !== undefined) return readPlain(url, plain);
  if (!SHARE_PATH.test(url.pathname)) return { kind: "home" };
  try {
    const link = parseLink(href);
    const page = url.origin + pageBase(url.pathname);
    return { kind: "share", link, ...(link.secretInPath === true ? { repaired: formatLink({ ...link, page }) } : {}) };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { kind: "bad", reason: error.reason === "incomplete" ? "incomplete" : "invalid" };
  }
}

/** `/plain/{sessionId}#key=KEY`, with `&base=` if the relay is not the page's origin. */
function readPlain(url: URL, path: string): Address {
  const [id = "", encoded] = (decode(path) ?? "").split(ENCODED_PLAIN_KEY);
  if (encoded !== undefined && url.hash === "") {
    const repaired = new URL(url);
    repaired.pathname = `${pageBase(url.pathname)}plain/${encodeURIComponent(id)}`;
    repaired.hash = encoded;
    const address = readPlain(repaired, encodeURIComponent(id));
    return address.kind === "plain" ? { ...address, repaired: repaired.href } : address;
  }
  const fields = new URLSearchParams(url.hash.slice(1));
  const key = fields.get("key") ?? "";
  const base = fields.get("base") ?? url.origin;
  if (key === "") return { kind: "bad", reason: "incomplete" };
  const sessionId = decode(path);
  return sessionId === undefined || !/^https?:/u.test(base) || !URL.canParse(base)
    ? { kind: "bad", reason: "invalid" }
    : { kind: "plain", base, sessionId, key };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
