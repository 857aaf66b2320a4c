import { fromBase64url, toBase64url } from "./base64url.ts";
import { LinkError } from "./link-error.ts";
import { ID_BYTES } from "./schemas.ts";

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

/** Bytes of S (protocol 3.1). */
export const SECRET_BYTES = 32;
/** Longest text that is looked at, characters: a link is under 200. */
const MAX_LINK_CHARACTERS = 4096;
const VERSIONED = /^v(\d+)(?:\.(.*))?$/su;
const SHARE_SEGMENT = "/s/";

/**
 * Parses what somebody typed, pasted or clicked. White space around it, a query and unknown fields behind the secret are ignored.
 * @throws {LinkError} whose message (and cause: none) holds nothing of the text
 */
export function parseLink(text: string): ShareLink {
  const url = httpUrl(text.trim());
  if (url === undefined) throw new LinkError("not-a-link", "this is no http or https link");
  const { page, shareId } = splitPath(url);
  const [versioned = "", ...fields] = url.hash.slice(1).split("&");
  const secret = parseSecret(versioned);
  return { page, relay: parseRelay(fields) ?? url.origin, shareId, secret };
}

/** The link's text; `&relay=` is there only where the relay is not the page's origin. */
export function formatLink(link: ShareLink): string {
  const page = httpUrl(link.page);
  const relay = httpUrl(link.relay);
  if (page === undefined || relay === undefined) throw new RangeError("page and relay must be http or https addresses");
  if (fromBase64url(link.shareId, ID_BYTES) === undefined) throw new RangeError(`a share id has ${ID_BYTES} bytes`);
  if (link.secret.byteLength !== SECRET_BYTES) throw new RangeError(`a secret has ${SECRET_BYTES} bytes`);
  const relayField = address(relay) === page.origin ? "" : `&relay=${encodeURIComponent(address(relay))}`;
  return `${address(page)}${SHARE_SEGMENT}${link.shareId}#v1.${toBase64url(link.secret)}${relayField}`;
}

function splitPath(url: URL): { page: string; shareId: string } {
  const path = withoutEndSlashes(url.pathname);
  const split = path.lastIndexOf(SHARE_SEGMENT);
  const shareId = path.slice(split + SHARE_SEGMENT.length);
  if (split < 0 || shareId.includes("/")) throw new LinkError("not-a-link", "this address is not that of a share");
  if (fromBase64url(shareId, ID_BYTES) === undefined) throw new LinkError("bad-share-id", "the link's share id is damaged");
  return { page: url.origin + withoutEndSlashes(path.slice(0, split)), shareId };
}

function parseSecret(versioned: string): Uint8Array<ArrayBuffer> {
  const [, version, secretText = ""] = VERSIONED.exec(versioned) ?? [];
  if (version !== undefined && version !== "1") throw new LinkError("wrong-version", "the link is of a version that we don't know");
  if (version === undefined || secretText === "") throw new LinkError("incomplete", "the link is incomplete: its part behind # is missing");
  const secret = fromBase64url(secretText, SECRET_BYTES);
  if (secret === undefined) throw new LinkError("bad-secret", "the link's part behind # is damaged or cut off");
  return secret;
}

function parseRelay(fields: readonly string[]): string | undefined {
  const value = fields.find((field) => field.startsWith("relay="))?.slice("relay=".length);
  if (value === undefined) return undefined;
  const url = httpUrl(decodePercent(value));
  if (url === undefined) throw new LinkError("bad-relay", "the link's relay is no http or https address");
  return address(url);
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function httpUrl(text: string): URL | undefined {
  const url = text.length > MAX_LINK_CHARACTERS ? undefined : parseUrl(text);
  if (url === undefined) return undefined;
  const known = url.protocol === "http:" || url.protocol === "https:";
  return known && url.username === "" && url.password === "" ? url : undefined;
}

/** No cause is kept of a text that doesn't parse: it would hold the text. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function address(url: URL): string {
  return url.origin + withoutEndSlashes(url.pathname);
}

/** Not by a regular expression, which would be quadratic on a text of slashes. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
