import { fromBase64url, toBase64url } from "@rangecast/base";
import { LinkError, type LinkErrorReason } from "./link-error.ts";
import { readFields } from "./link-fields.ts";
import { formatPathField, readPathField } from "./link-path.ts";
import { formatRelayField, readRelayField } from "./link-relay.ts";
import { readFixed, readings } from "./pasted-text.ts";
import { type Bytes, ID_BYTES } from "../encoding/bytes.ts";
import { addressOf, httpUrl } from "./web-address.ts";

/** A share's link, `{page}/s/{shareId}#v1.{secret}` (PROTOCOL.md, section 5). */
export interface ShareLink {
  /** Origin of the page, with its path prefix if it has one, without a slash at the end. */
  readonly page: string;
  /** Address of the relay, without a slash at the end. The page's origin unless the link has a `relay` field. */
  readonly relay: string;
  /** 16 bytes, base64url. */
  readonly shareId: string;
  /** S: 32 bytes. Must not appear in a message, a log or a request (L-9). */
  readonly secret: Bytes;
  /**
   * The file or folder of the share that the link leads to, as the bytes of its path (L-18). Absent: the whole share. Its names may be private, so it must
   * not appear in a request.
   */
  readonly path?: Bytes;
  /** Set by {@link parseLink} if `#` was percent-encoded: a browser that opened the text has sent the secret to a server, in the path (L-13). */
  readonly secretInPath?: true;
}

/** Bytes of a link's secret, S. */
export const SECRET_BYTES = 32;
/** Longest text that is parsed, characters: a link has less than 200, a path of 4096 bytes up to three times as many, and redirects of mail filters add a few hundred. */
export const MAX_LINK_CHARACTERS = 16_384;
const ID_CHARACTERS = base64urlLength(ID_BYTES);
const SECRET_CHARACTERS = base64urlLength(SECRET_BYTES);
const SHARE_SEGMENT = "/s/";
const SCHEME = /https?:\/\//giu;
const VERSION = /^\s*v\s*(\d+)\s*(?:\.|$)/u;
/** In the order of parsing: of several errors, the one furthest down is the most precise. */
const BY_DEPTH: readonly LinkErrorReason[] = [
  "not-a-link",
  "bad-share-id",
  "incomplete",
  "wrong-version",
  "bad-secret",
  "bad-relay",
  "bad-path",
];

/**
 * Parses the first link in a text that somebody typed, pasted or clicked (L-13). Share id and secret have a fixed length, which decides where they end.
 * Accepts quotes, brackets and punctuation around the link, line breaks and invisible characters in it, additional queries and fields, percent-encoded
 * separators, and a redirect's address that contains the link.
 * @throws {LinkError} without a cause, and without any part of the text in its message
 */
export function parseLink(text: string): ShareLink {
  let worst = new LinkError("not-a-link", "this is no http or https link");
  if (text.length > MAX_LINK_CHARACTERS) throw worst;
  const layers = readings(text);
  for (const [layer, reading] of layers.entries()) {
    const link = findLink(reading, layers.slice(0, layer));
    if (!(link instanceof LinkError)) return layer > 0 && isInPath(text, layer) ? { ...link, secretInPath: true } : link;
    worst = deeper(worst, link);
    // Without one more layer of encoding, a name in the path could look like a field.
    if (link.reason === "bad-path") break;
  }
  throw worst;
}

/** The link's text. It has a `relay` field only if the relay is not at the page's origin. @throws {RangeError} for values that no link has */
export function formatLink(link: ShareLink): string {
  const page = httpUrl(link.page);
  const relay = httpUrl(link.relay);
  if (page === undefined || relay === undefined) throw new RangeError("page and relay must be http or https addresses");
  if (fromBase64url(link.shareId, ID_BYTES) === undefined) throw new RangeError(`a share id has ${ID_BYTES} bytes`);
  if (link.secret.byteLength !== SECRET_BYTES) throw new RangeError(`a secret has ${SECRET_BYTES} bytes`);
  const relayField = addressOf(relay) === page.origin ? "" : formatRelayField(addressOf(relay));
  const pathField = link.path === undefined ? "" : formatPathField(link.path);
  return `${addressOf(page)}${SHARE_SEGMENT}${link.shareId}#v1.${toBase64url(link.secret)}${relayField}${pathField}`;
}

/** Whether the whole link is before the first `#`: a browser sends that part of an address to the server. */
function isInPath(text: string, layer: number): boolean {
  const sent = readings(text.split("#", 1)[0] ?? "")[layer];
  return sent !== undefined && !(findLink(sent, []) instanceof LinkError);
}

/** The first link in a text, or the error that describes best why there is none. @param encoded the text with more layers of percent-encoding */
function findLink(text: string, encoded: readonly string[]): ShareLink | LinkError {
  let worst = new LinkError("not-a-link", "this is no http or https link");
  for (let at = text.indexOf(SHARE_SEGMENT); at >= 0; at = text.indexOf(SHARE_SEGMENT, at + 1)) {
    try {
      return readLinkAt(text, at, encoded);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      worst = deeper(worst, error);
    }
  }
  return worst;
}

/** @param at index of the path segment `/s/` */
function readLinkAt(text: string, at: number, encoded: readonly string[]): ShareLink {
  const before = text.slice(0, at);
  const scheme = [...before.matchAll(SCHEME)].at(-1);
  const url = scheme === undefined ? undefined : httpUrl(before.slice(scheme.index));
  if (url === undefined) throw new LinkError("not-a-link", "this is no http or https link");
  const id = readFixed(text, at + SHARE_SEGMENT.length, ID_CHARACTERS);
  if (id.value === "") throw new LinkError("not-a-link", "this address is not that of a share");
  if (id.tooLong || fromBase64url(id.value, ID_BYTES) === undefined) throw new LinkError("bad-share-id", "the link's share id is damaged");
  const { secret, rest } = readFragment(fragmentOf(text.slice(id.end)));
  const fields = readFields(rest);
  const path = readPathField(fieldsOfPath(secret, encoded) ?? fields);
  return {
    page: addressOf(url),
    relay: readRelayField(fields) ?? url.origin,
    shareId: id.value,
    secret,
    ...(path === undefined ? {} : { path }),
  };
}

/** The fields as they were before something encoded the `#`, but neither `&` nor `%`: the path is decoded exactly once. */
function fieldsOfPath(secret: Bytes, encoded: readonly string[]): string | undefined {
  const start = `${toBase64url(secret)}&`;
  for (const text of encoded) {
    const at = text.indexOf(start);
    if (at >= 0) return readFields(text.slice(at + SECRET_CHARACTERS));
  }
  return undefined;
}

/** The text after `#`. @param text the text after the share id */
function fragmentOf(text: string): string {
  const hash = text.indexOf("#");
  const between = hash < 0 ? text : text.slice(0, hash);
  const path = (between.split("?", 1)[0] ?? "").replaceAll(/\s/gu, "");
  // Only if there is a `#`: any text may follow a link that was cut off.
  if (hash >= 0 && /\/[^/]/u.test(path) && !between.includes("://")) {
    throw new LinkError("not-a-link", "this address is not that of a share");
  }
  return hash < 0 || between.includes("://") ? "" : text.slice(hash + 1);
}

function readFragment(fragment: string): { secret: Bytes; rest: string } {
  const match = VERSION.exec(fragment);
  if (match !== null && match[1] !== "1") throw new LinkError("wrong-version", "the link has an unknown version");
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
