/*
 * The state cookie of an INIT ACK: all that a passive side needs to set up the association when the cookie comes back, so that it keeps nothing until then
 * (RFC 9260, 5.1.3). It is authenticated, and expires.
 */

/** What a passive side negotiated. */
export interface CookieContent {
  readonly createdMs: number;
  readonly ownTag: number;
  readonly ownInitialTsn: number;
  readonly peerTag: number;
  readonly peerInitialTsn: number;
  readonly peerWindowBytes: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  /** The tags of an association that exists already; 0 if there is none (5.2.2). */
  readonly tieOwnTag: number;
  readonly tiePeerTag: number;
  /** The peer's extensions, as bits. */
  readonly features: number;
}

/** How long a cookie is valid, ms (RFC 9260, 16: Valid.Cookie.Life). */
export const COOKIE_LIFE_MS = 60_000;

const CONTENT_BYTES = 8 + 9 * 4;

/** Computes a message authentication code with a secret key of the association, such as HMAC-SHA-256. It must be the same length each time. */
export type Authenticate = (bytes: Uint8Array) => Uint8Array;

export function encodeCookie(content: CookieContent, authenticate: Authenticate): Uint8Array {
  const body = new Uint8Array(CONTENT_BYTES);
  const view = new DataView(body.buffer);
  view.setFloat64(0, content.createdMs);
  view.setUint32(8, content.ownTag);
  view.setUint32(12, content.ownInitialTsn);
  view.setUint32(16, content.peerTag);
  view.setUint32(20, content.peerInitialTsn);
  view.setUint32(24, content.peerWindowBytes);
  view.setUint16(28, content.outboundStreams);
  view.setUint16(30, content.inboundStreams);
  view.setUint32(32, content.tieOwnTag);
  view.setUint32(36, content.tiePeerTag);
  view.setUint32(40, content.features);
  const code = authenticate(body);
  const cookie = new Uint8Array(CONTENT_BYTES + code.byteLength);
  cookie.set(body);
  cookie.set(code, CONTENT_BYTES);
  return cookie;
}

/** @returns "forged" if it is not a cookie of this association's key, "stale" if it has expired */
export function decodeCookie(cookie: Uint8Array, authenticate: Authenticate, nowMs: number): CookieContent | "forged" | "stale" {
  if (cookie.byteLength <= CONTENT_BYTES) return "forged";
  const code = authenticate(cookie.subarray(0, CONTENT_BYTES));
  if (!sameBytes(code, cookie.subarray(CONTENT_BYTES))) return "forged";
  const view = new DataView(cookie.buffer, cookie.byteOffset, CONTENT_BYTES);
  const createdMs = view.getFloat64(0);
  if (nowMs - createdMs > COOKIE_LIFE_MS) return "stale";
  return {
    createdMs,
    ownTag: view.getUint32(8),
    ownInitialTsn: view.getUint32(12),
    peerTag: view.getUint32(16),
    peerInitialTsn: view.getUint32(20),
    peerWindowBytes: view.getUint32(24),
    outboundStreams: view.getUint16(28),
    inboundStreams: view.getUint16(30),
    tieOwnTag: view.getUint32(32),
    tiePeerTag: view.getUint32(36),
    features: view.getUint32(40),
  };
}

/** Takes the same time wherever the difference is. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.byteLength !== other.byteLength) return false;
  let difference = 0;
  for (let index = 0; index < one.byteLength; index += 1) difference |= (one[index] ?? 0) ^ (other[index] ?? 0);
  return difference === 0;
}
