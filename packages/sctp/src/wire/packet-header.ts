/*
 * The common header of a packet, 12 bytes (RFC 9260, 3.1), big-endian but for the checksum, whose low byte comes first (RFC 9260, appendix A):
 *
 *  0                 2                 4
 * +-----------------+-----------------+
 * | source port     | destination port|
 * +-----------------+-----------------+
 * | verification tag                  |
 * +-----------------------------------+
 * | checksum (CRC32c, or 0: RFC 9653) |
 * +-----------------------------------+
 *
 * Chunks follow, each padded with zeros to a multiple of 4 bytes (RFC 9260, 3.2). The length counts the header, but not the padding:
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+------------ …
 * | type   | flags  | length          | value
 * +--------+--------+-----------------+------------ …
 */
import { CRC32C_START, updateCrc32c, updateCrc32cWithZeroWord } from "./crc32c.ts";

/** Bytes of the common header. */
export const PACKET_HEADER_BYTES = 12;

/** Bytes of a chunk's header. */
export const CHUNK_HEADER_BYTES = 4;

/** Largest packet, bytes: IP can't carry more, and the length of a chunk is a u16. */
export const MAX_PACKET_BYTES = 65_535;

const CHECKSUM_AT = 8;

/** A length with its padding: the next multiple of 4 bytes. */
export function paddedLength(bytes: number): number {
  return (bytes + 3) & ~3;
}

/**
 * The checksum that a packet should have: the CRC32c of its bytes, with the checksum field as zero (RFC 9260, 6.8).
 * @param length the packet is the first `length` bytes, at least {@link PACKET_HEADER_BYTES}
 * @returns a signed 32-bit integer, because engines allocate a number that is over 2^31
 */
export function packetChecksum(packet: Uint8Array, length: number = packet.length): number {
  const before = updateCrc32cWithZeroWord(updateCrc32c(CRC32C_START, packet, 0, CHECKSUM_AT));
  return ~updateCrc32c(before, packet, PACKET_HEADER_BYTES, length);
}

/** Reads the checksum field, as a signed 32-bit integer. */
export function readChecksum(packet: Uint8Array): number {
  return packet[CHECKSUM_AT]! | (packet[9]! << 8) | (packet[10]! << 16) | (packet[11]! << 24);
}

/** Writes the checksum field. */
export function writeChecksum(packet: Uint8Array, checksum: number): void {
  packet[CHECKSUM_AT] = checksum;
  packet[9] = checksum >>> 8;
  packet[10] = checksum >>> 16;
  packet[11] = checksum >>> 24;
}
