/*
 * The header of a record (RFC 6347, 4.1). A datagram holds one or more records.
 *
 *  0        1                 3                 5                                   11                13
 * +--------+-----------------+-----------------+-----------------------------------+-----------------+
 * | type   | version         | epoch           | sequence number (48 bits)         | length          |
 * +--------+-----------------+-----------------+-----------------------------------+-----------------+
 */

export const RECORD_HEADER_BYTES = 13;
/** Largest content of a record, bytes (RFC 5246, 6.2.1). */
export const MAX_PLAINTEXT_BYTES = 16_384;
/** Sequence numbers are below it (RFC 6347, 4.1). */
export const SEQUENCE_END: number = 2 ** 48;

export const ContentType = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION_DATA: 23 } as const;
export type ContentType = (typeof ContentType)[keyof typeof ContentType];

export const Version = {
  /** Some peers use it for records before the version is negotiated, and in HelloVerifyRequest (RFC 6347, 4.2.1). */
  DTLS_1_0: 0xfeff,
  DTLS_1_2: 0xfefd,
} as const;

/** A record in a datagram. {@link readRecord} fills one object again and again, so that nothing is allocated for each record. */
export interface RecordView {
  type: number;
  version: number;
  epoch: number;
  sequence: number;
  /** Index of the header in the datagram. */
  at: number;
  /** Index after the header, and after the record. */
  start: number;
  end: number;
}

export function emptyRecord(): RecordView {
  return { type: 0, version: 0, epoch: 0, sequence: 0, at: 0, start: 0, end: 0 };
}

/** Reads the header at an index. @returns false if the record isn't complete */
export function readRecord(datagram: Uint8Array, at: number, into: RecordView): boolean {
  const start = at + RECORD_HEADER_BYTES;
  if (start > datagram.byteLength) return false;
  into.type = datagram[at]!;
  into.version = readU16(datagram, at + 1);
  into.epoch = readU16(datagram, at + 3);
  into.sequence = readU16(datagram, at + 5) * 2 ** 32 + readU16(datagram, at + 7) * 2 ** 16 + readU16(datagram, at + 9);
  into.at = at;
  into.start = start;
  into.end = start + readU16(datagram, at + 11);
  return into.end <= datagram.byteLength;
}

/** Writes a header of version 1.2 at the beginning. @param length of what follows, bytes */
export function writeRecordHeader(into: Uint8Array, type: ContentType, epoch: number, sequence: number, length: number): void {
  into[0] = type;
  writeU16(into, 1, Version.DTLS_1_2);
  writeU16(into, 3, epoch);
  writeU16(into, 5, sequence / 2 ** 32);
  writeU16(into, 7, (sequence % 2 ** 32) / 2 ** 16);
  writeU16(into, 9, sequence % 2 ** 16);
  writeU16(into, 11, length);
}

function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
