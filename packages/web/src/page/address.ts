import { LinkError, parseLink } from "@rangecast/signal";
import type { Target } from "../shared/target.ts";

/** What the page's own address asks for. */
export type Address = { readonly kind: "home" } | Target | { readonly kind: "bad"; readonly reason: "incomplete" | "invalid" };

const SHARE_PATH = /^\/s(?:\/|$)/u;
const PLAIN_PATH = /^\/plain\/([^/]+)\/?$/u;

/** Reads the address that the page was opened with. The secret stays in its fragment, so that the page can be reloaded. */
export function readAddress(href: string): Address {
  const url = new URL(href);
  const plain = PLAIN_PATH.exec(url.pathname)?.[1];
  if (plain !== undefined) return readPlain(url, plain);
  if (!SHARE_PATH.test(url.pathname)) return { kind: "home" };
  try {
    return { kind: "share", link: parseLink(href) };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { kind: "bad", reason: error.reason === "incomplete" ? "incomplete" : "invalid" };
  }
}

/** `/plain/{sessionId}#key=KEY`, and `&base=` where the relay is not the page's origin. */
function readPlain(url: URL, path: string): Address {
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
