/* The few forms of DER (X.690) that lead to the public key of a certificate. */
import type { ByteReader } from "../bytes/byte-reader.ts";
import { Tag } from "./der.ts";

/** The content of an element, whatever its tag. A reader that can't read it has failed; DER has one form for each length (X.690, 10.1). */
export function readAny(reader: ByteReader): { readonly tag: number; readonly content: Uint8Array } {
  const tag = reader.u8();
  const first = reader.u8();
  const length = first === 0x81 ? reader.u8() : first === 0x82 ? reader.u16() : first;
  const least = first === 0x81 ? 0x80 : first === 0x82 ? 0x1_00 : 0;
  if (first > 0x82 || first === 0x80 || length < least) reader.fail();
  return { tag, content: reader.bytes(reader.failed ? 0 : length) };
}

/** The content of an element with this tag. The reader has failed if there is another one. */
export function readElement(reader: ByteReader, tag: number): Uint8Array {
  const element = readAny(reader);
  if (element.tag !== tag) reader.fail();
  return element.content;
}

/** The content of a BIT STRING of whole bytes. The reader has failed if there is another element. */
export function readBits(reader: ByteReader): Uint8Array {
  const content = readElement(reader, Tag.BIT_STRING);
  if (content[0] !== 0) reader.fail();
  return content.subarray(1);
}

/** A positive INTEGER, big-endian and without leading zeros. The reader has failed if it isn't one (X.690, 8.3.2). */
export function readPositive(reader: ByteReader): Uint8Array {
  const content = readElement(reader, Tag.INTEGER);
  const [first = 0, second = 0] = content;
  const bytes = first === 0 ? content.subarray(1) : content;
  if (first >= 0x80 || (first === 0 && second < 0x80)) reader.fail();
  return bytes;
}
