/* The parts that messages are put together from. Handshakes are rare, so this is written for readers and not for speed. */

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

export function u24(value: number): Uint8Array {
  return Uint8Array.of(value >>> 16, value >>> 8, value);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A vector with a length of one byte in front (RFC 5246, 4.3). */
export function vector8(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(...parts);
  return concat(u8(bytes.byteLength), bytes);
}

export function vector16(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(...parts);
  return concat(u16(bytes.byteLength), bytes);
}

export function vector24(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(...parts);
  return concat(u24(bytes.byteLength), bytes);
}
