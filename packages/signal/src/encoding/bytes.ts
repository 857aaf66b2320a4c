/** Bytes as WebCrypto accepts them: not backed by a SharedArrayBuffer. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a share id, session id, epoch, share nonce and viewer id: 128 bits. */
export const ID_BYTES = 16;
/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;
/** Bytes of an ECDSA P-256 signature, r ‖ s. */
export const SIGNATURE_BYTES = 64;
const LENGTH_BYTES = 4;

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/**
 * Joins parts so that no two lists of parts give the same bytes: each as a u32 length, big-endian, and its bytes (text as UTF-8). This is L(x, y, …) of
 * PROTOCOL.md, section 5. Use it for everything that is signed, authenticated or used to derive a key.
 */
export function encodeParts(...parts: readonly (string | Uint8Array)[]): Bytes {
  const pieces = parts.flatMap((part) => {
    const bytes = typeof part === "string" ? utf8(part) : part;
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, bytes.byteLength);
    return [length, bytes];
  });
  return concat(...pieces);
}

/** Compares bytes, not in constant time: for public values only. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && one.every((byte, index) => byte === other[index]);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
