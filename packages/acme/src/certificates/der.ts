/* The forms of DER (X.690) that a certificate request and a challenge's certificate need. */

const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_ID: 0x06,
  UTF8_STRING: 0x0c,
  UTC_TIME: 0x17,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** Class bits of `[n]` tags (X.690, 8.1.2): a value in itself, or one that contains others. */
const CONTEXT = 0x80;
const CONTEXT_CONSTRUCTED = 0xa0;
/** From here on a length takes more than one byte. */
const LONG_LENGTH = 0x80;

/** @throws RangeError for more than 65,535 bytes: nothing here has as many */
function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header =
    length < LONG_LENGTH ? [length] : length <= 0xff ? [LONG_LENGTH | 1, length] : [LONG_LENGTH | 2, length >> 8, length & 0xff];
  if (length > 0xffff) throw new RangeError(`${length} bytes are too long`);
  return Buffer.concat([Uint8Array.of(tag, ...header), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(Tag.SEQUENCE, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => encode(Tag.SET, ...parts);
/** @param bytes big-endian, without needless zeros; the first one from 0 to 127, so that the number is not negative */
export const integer = (bytes: Uint8Array): Buffer => encode(Tag.INTEGER, bytes);
export const bitString = (bytes: Uint8Array): Buffer => encode(Tag.BIT_STRING, Uint8Array.of(0), bytes);
export const octetString = (bytes: Uint8Array): Buffer => encode(Tag.OCTET_STRING, bytes);
export const utf8String = (text: string): Buffer => encode(Tag.UTF8_STRING, Buffer.from(text));
export const isTrue = (): Buffer => encode(Tag.BOOLEAN, Uint8Array.of(0xff));
/** @param hex the encoded arcs */
export const objectId = (hex: string): Buffer => encode(Tag.OBJECT_ID, Buffer.from(hex, "hex"));
/** A time up to 2049 (RFC 5280, 4.1.2.5.1). */
export const utcTime = (date: Date): Buffer =>
  encode(Tag.UTC_TIME, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/gu, "").slice(2, 14)}Z`));
export const contextValue = (number: number, bytes: Uint8Array): Buffer => encode(CONTEXT | number, bytes);
export const contextParts = (number: number, ...parts: readonly Uint8Array[]): Buffer => encode(CONTEXT_CONSTRUCTED | number, ...parts);
