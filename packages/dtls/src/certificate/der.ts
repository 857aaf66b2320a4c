/* The few forms of DER (X.690) that a certificate of our own needs. Those of peers are read with der-reader.ts. */
import { concat, u16, u8 } from "../bytes/byte-parts.ts";

export const Tag = {
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OBJECT_ID: 0x06,
  UTF8_STRING: 0x0c,
  UTC_TIME: 0x17,
  SEQUENCE: 0x30,
  SET: 0x31,
  VERSION: 0xa0,
} as const;

function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const { byteLength } = content;
  const length =
    byteLength < 0x80 ? u8(byteLength) : byteLength < 0x1_00 ? Uint8Array.of(0x81, byteLength) : concat(u8(0x82), u16(byteLength));
  return concat(u8(tag), length, content);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encode(Tag.SEQUENCE, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => encode(Tag.SET, ...parts);
/** @param bytes big-endian; the first one from 1 to 127, so that the number is positive and has no leading zeros */
export const integer = (bytes: Uint8Array): Uint8Array => encode(Tag.INTEGER, bytes);
export const bitString = (bytes: Uint8Array): Uint8Array => encode(Tag.BIT_STRING, u8(0), bytes);
export const utf8String = (text: string): Uint8Array => encode(Tag.UTF8_STRING, Buffer.from(text));
/** @param hex the encoded arcs */
export const objectId = (hex: string): Uint8Array => encode(Tag.OBJECT_ID, Buffer.from(hex, "hex"));
/** A time up to 2049 (RFC 5280, 4.1.2.5.1). */
export const utcTime = (date: Date): Uint8Array =>
  encode(Tag.UTC_TIME, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/gu, "").slice(2, 14)}Z`));
/** The version of a certificate, 3 (RFC 5280, 4.1.2.1). */
export const version3 = (): Uint8Array => encode(Tag.VERSION, integer(u8(2)));
