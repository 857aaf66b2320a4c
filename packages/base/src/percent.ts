/* Percent-encoding of bytes that need not be UTF-8 (RFC 3986, 2.1). */

/** The characters that encodeURIComponent leaves as they are. */
const PLAIN = /^[\w.~!*'()-]$/u;

/** Encodes any bytes as encodeURIComponent does those of a text. */
export function percentEncode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/** The inverse of {@link percentEncode}. A `%` without two hexadecimal digits behind it stays as it is. @param text ASCII, as a URL's path is */
export function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const decoded = text.replaceAll(/%([\da-f]{2})/giu, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}
