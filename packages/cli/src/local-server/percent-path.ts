/* Names in the path of an address: bytes, since file systems don't promise UTF-8. */

/** As encodeURIComponent, which leaves these as they are (ECMA-262, 19.2.6.4). */
const PLAIN = /^[\w.~!*'()-]$/u;
const ENCODED_BYTE = /%([\da-f]{2})/giu;
const NO_ENCODED_BYTE = /%(?![\da-f]{2})/iu;

export function encodeName(name: Uint8Array): string {
  const units = Array.from(name, (byte) => {
    const character = String.fromCharCode(byte);
    return PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return units.join("");
}

/** @param name in a URL's path, and so ASCII @returns undefined if it is malformed */
export function decodeName(name: string): Buffer | undefined {
  if (NO_ENCODED_BYTE.test(name)) return undefined;
  return Buffer.from(
    name.replaceAll(ENCODED_BYTE, (_unit, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
}
