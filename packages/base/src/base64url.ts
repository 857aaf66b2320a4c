/** Bytes per call of String.fromCharCode: argument lists are limited, to 65,536 in the strictest engine. */
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
 * The bytes of a base64url text, or undefined. Strict: no padding, no other characters, no unused bits at the end. So each byte string has exactly one text, and
 * ids can be compared as texts.
 * @param length required number of bytes
 */
export function fromBase64url(text: string, length?: number): Uint8Array<ArrayBuffer> | undefined {
  if (!ALPHABET.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (length !== undefined && binary.length !== length) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return toBase64url(bytes) === text ? bytes : undefined;
}
