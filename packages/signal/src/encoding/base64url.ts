import type { Bytes } from "./bytes.ts";

/** How many characters go through String.fromCharCode at once: argument lists are limited, 65,536 in the tightest engine. */
const ENCODE_STEP_BYTES = 0x2000;
const ALPHABET = /^[\w-]*$/u;

/** base64url without padding (RFC 4648, 5). */
export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.byteLength; start += ENCODE_STEP_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(start, start + ENCODE_STEP_BYTES));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

/**
 * The bytes of a base64url text, or undefined. Strict: no padding, no other characters, no stray bits at the end; so a text and its bytes
 * determine each other, and ids can be compared as texts.
 * @param length how many bytes it must be
 */
export function fromBase64url(text: string, length?: number): Bytes | undefined {
  if (!ALPHABET.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (length !== undefined && binary.length !== length) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return toBase64url(bytes) === text ? bytes : undefined;
}
