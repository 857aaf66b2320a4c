import { MAX_TOKEN_LENGTH } from "../limits.ts";

const TOKEN_BYTES = 32;
const BEARER = /^Bearer +(\S+) *$/i;
const encoder = new TextEncoder();

/** 256 random bits, base64url. */
export function createToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** SHA-256 over the UTF-8 of a text. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** The bearer token of a request (RFC 6750, 2.1); undefined where there is none, or none of a sane length. */
export function bearerOf(request: Request): string | undefined {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  return token === undefined || token.length > MAX_TOKEN_LENGTH ? undefined : token;
}

/** Compares two texts in a time that doesn't depend on where they differ. (Their lengths are no secret: tokens and hashes all have one.) */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index += 1) {
    // Past the other's end charCodeAt is NaN, which `^` takes as 0; the lengths already differ.
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}
