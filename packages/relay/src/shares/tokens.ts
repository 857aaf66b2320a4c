import { toBase64url } from "@rangecast/signal";
import { MAX_TOKEN_LENGTH } from "../limits.ts";

const TOKEN_BYTES = 32;
/** Base64url of 16 bytes: the last of its 22 characters holds two bits. */
const ID_FORM = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const BEARER = /^Bearer +(\S+) *$/i;
const encoder = new TextEncoder();

/** 256 random bits, base64url. */
export function createToken(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/** Whether a text is 128 bits in base64url, as the ids of shares, sessions and daemons are. Check it before an id becomes part of a key of the store. */
export function isRandomId(text: string): boolean {
  return ID_FORM.test(text);
}

/** SHA-256 over the UTF-8 of a text. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** The bearer token of a request (RFC 6750, 2.1); undefined if there is none or it is too long. */
export function bearerOf(request: Request): string | undefined {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  return token === undefined || token.length > MAX_TOKEN_LENGTH ? undefined : token;
}

/** Compares two texts in a time that doesn't depend on where they differ. It may reveal their lengths, which are public for tokens and hashes. */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index += 1) {
    // Past the end of `other`, charCodeAt is NaN, which `^` converts to 0; the lengths already differ.
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}
