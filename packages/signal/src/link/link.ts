import { fromBase64url, toBase64url } from "../encoding/base64url.ts";
import { LinkError, type LinkErrorReason } from "./link-error.ts";
import { formatRelayField, readRelayField } from "./link-relay.ts";
import { readFixed, readings } from "./pasted-text.ts";
import { ID_BYTES } from "../encoding/sizes.ts";
import { addressOf, httpUrl } from "./web-address.ts";

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
  /** Set by {@link parseLink} where `#` was percent-encoded: a browser that opened the text sent the secret to a server, as a part of the path. */
  readonly secretInPath?: true;
}

/** Bytes of S (protocol 3.1). */
export const SECRET_BYTES = 32;
/** Longest text that is looked at, characters: a link is under 200, and redirects of mail filters take some hundred more. */
const MAX_LINK_CHARACTERS = 4096;
const ID_CHARACTERS = base64urlLength(ID_BYTES);
const SECRET_CHARACTERS = base64urlLength(SECRET_BYTES);
const SHARE_SEGMENT = "/s/";
const SCHEME = /https?:\/\//giu;
const VERSION = /^\s*v\s*(\d+)\s*(?:\.|$)/u;
/** From the least that was understood to the most: of several errors the last one says best what is wrong. */
const BY_DEPTH: readonly LinkErrorReason[] = ["not-a-link", "bad-share-id", "incomplete", "wrong-version", "bad-secret", "bad-relay"];

/**
 * Parses what somebody typed, pasted or clicked: the first link in it. Share id and secret have a fixed length, which decides where they end. Accepted are
 * quotes, brackets and punctuation around the link, line breaks and invisible characters in it, queries and fields that others added, percent-encoded separators,
 * and a redirect's address that carries the link.
 * @throws {LinkError} whose message (and cause: none) holds nothing of the text
 */
export function parseLink(text: string): ShareLink {
  let worst = new LinkError("not-a-link", "this is no http or https link");
  if (text.length > MAX_LINK_CHARACTERS) throw worst;
  for (const [layer, reading] of readings(text).entries()) {
    const link = findLink(reading);
    if (!(link instanceof LinkError)) return layer > 0 && isInPath(text, layer) ? { ...link, secretInPath: true } : link;
    worst = deeper(worst, link);
  }
  throw worst;
}

/** The link's text; `&relay=` is there only where the relay is not the page's origin. */
export function formatLink(link: ShareLink): string {
  const page = httpUrl(link.page);
  const relay = httpUrl(link.relay);
  if (page === undefined || relay === undefined) throw new RangeError("page and relay must be http or https addresses");
  if (fromBase64url(link.shareId, ID_BYTES) === undefined) throw new RangeError(`a share id has ${ID_BYTES} bytes`);
  if (link.secret.byteLength !== SECRET_BYTES) throw new RangeError(`a secret has ${SECRET_BYTES} bytes`);
  const relayField = addressOf(relay) === page.origin ? "" : formatRelayField(addressOf(relay));
  return `${addressOf(page)}${SHARE_SEGMENT}${link.shareId}#v1.${toBase64url(link.secret)}${relayField}`;
}

/** Whether all of the link stands before the first `#`: that much of an address goes to a server. */
function isInPath(text: string, layer: number): boolean {
  const sent = readings(text.split("#", 1)[0] ?? "")[layer];
  return sent !== undefined && !(findLink(sent) instanceof LinkError);
}

/** The first link in a text, or why there is none. */
function findLink(text: string): ShareLink | LinkError {
  let worst = new LinkError("not-a-link", "this is no http or https link");
  for (let at = text.indexOf(SHARE_SEGMENT); at >= 0; at = text.indexOf(SHARE_SEGMENT, at + 1)) {
    try {
      return readLinkAt(text, at);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      worst = deeper(worst, error);
    }
  }
  return worst;
}

/** @param at where the share's segment of the path begins */
function readLinkAt(text: string, at: number): ShareLink {
  const before = text.slice(0, at);
  const scheme = [...before.matchAll(SCHEME)].at(-1);
  const url = scheme === undefined ? undefined : httpUrl(before.slice(scheme.index));
  if (url === undefined) throw new LinkError("not-a-link", "this is no http or https link");
  const id = readFixed(text, at + SHARE_SEGMENT.length, ID_CHARACTERS);
  if (id.value === "") throw new LinkError("not-a-link", "this address is not that of a share");
  if (id.tooLong || fromBase64url(id.value, ID_BYTES) === undefined) throw new LinkError("bad-share-id", "the link's share id is damaged");
  const { secret, rest } = readFragment(fragmentOf(text.slice(id.end)));
  return { page: addressOf(url), relay: readRelayField(rest) ?? url.origin, shareId: id.value, secret };
}

/** What stands behind `#`. @param text what follows the share id */
function fragmentOf(text: string): string {
  const hash = text.indexOf("#");
  const between = hash < 0 ? text : text.slice(0, hash);
  const path = (between.split("?", 1)[0] ?? "").replaceAll(/\s/gu, "");
  // Not for the end of the text, where anything may follow a link that was cut off.
  if (hash >= 0 && /\/[^/]/u.test(path) && !between.includes("://")) {
    throw new LinkError("not-a-link", "this address is not that of a share");
  }
  return hash < 0 || between.includes("://") ? "" : text.slice(hash + 1);
}

function readFragment(fragment: string): { secret: Uint8Array<ArrayBuffer>; rest: string } {
  const match = VERSION.exec(fragment);
  if (match !== null && match[1] !== "1") throw new LinkError("wrong-version", "the link is of a version that we don't know");
  const field = readFixed(fragment, match?.[0].length ?? 0, SECRET_CHARACTERS);
  if (match === null || field.value === "") throw new LinkError("incomplete", "the link is incomplete: its part behind # is missing");
  const secret = field.tooLong ? undefined : fromBase64url(field.value, SECRET_BYTES);
  if (secret === undefined) throw new LinkError("bad-secret", "the link's part behind # is damaged or cut off");
  return { secret, rest: fragment.slice(field.end) };
}

function deeper(one: LinkError, other: LinkError): LinkError {
  return BY_DEPTH.indexOf(other.reason) >= BY_DEPTH.indexOf(one.reason) ? other : one;
}

function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
