/*
 * CRC32c, the checksum of a packet (RFC 9260, 6.8 and appendix A): Castagnoli's polynomial, bits reflected.
 *
 * Slicing by 8: eight tables let one step of the loop consume eight bytes. Table 0 is the usual one; entry i of table n is the register after the
 * byte i and n bytes of zero.
 */

/** 0x1EDC6F41, reflected (RFC 9260, appendix A). */
const POLYNOMIAL = 0x82f63b78;

const ENTRIES = 256;
const SLICES = 8;

/** The register before the first byte: all ones. Signed, like each register after it, so that engines keep it in an integer register. */
export const CRC32C_START = -1;

/** Eight tables, one after the other. */
const tables = buildTables();

function buildTables(): Uint32Array {
  const built = new Uint32Array(ENTRIES * SLICES);
  for (let byte = 0; byte < ENTRIES; byte++) {
    let register = byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
    built[byte] = register;
  }
  for (let at = ENTRIES; at < built.length; at++) {
    const before = built[at - ENTRIES]!;
    built[at] = (before >>> 8) ^ built[before & 0xff]!;
  }
  return built;
}

/**
 * Continues a checksum over more bytes.
 * @param register {@link CRC32C_START}, or the result of the call before
 * @param start index of the first byte
 * @param end index after the last byte
 * @returns the register, a signed 32-bit integer; its complement is the checksum
 */
export function updateCrc32c(register: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = register;
  let at = start;
  for (const last = end - SLICES; at <= last; at += SLICES) {
    crc =
      tables[1792 + ((crc ^ bytes[at]!) & 0xff)]! ^
      tables[1536 + (((crc >>> 8) ^ bytes[at + 1]!) & 0xff)]! ^
      tables[1280 + (((crc >>> 16) ^ bytes[at + 2]!) & 0xff)]! ^
      tables[1024 + ((crc >>> 24) ^ bytes[at + 3]!)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}

/** Continues a checksum over four bytes of zero. */
export function updateCrc32cWithZeroWord(register: number): number {
  return (
    tables[768 + (register & 0xff)]! ^
    tables[512 + ((register >>> 8) & 0xff)]! ^
    tables[256 + ((register >>> 16) & 0xff)]! ^
    tables[register >>> 24]!
  );
}

/**
 * The CRC32c of bytes, an unsigned 32-bit integer.
 * @param start index of the first byte
 * @param end index after the last byte
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  return ~updateCrc32c(CRC32C_START, bytes, start, end) >>> 0;
}
