import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/*
 * The part of STUN (RFC 8489) that is needed to change one attribute of a message and sign it again.
 *
 *  0               2               4                               8                                              20
 * +---------------+---------------+-------------------------------+----------------------------------------------+-----------
 * | type          | length        | 0x2112a442                    | transaction id, 12 bytes                     | attributes
 * +---------------+---------------+-------------------------------+----------------------------------------------+-----------
 * An attribute is u16 type, u16 length, value, padding to 4 bytes.
 */
const HEADER_BYTES = 20;
const COOKIE = 0x21_12_a4_42;
const ATTRIBUTE_HEADER_BYTES = 4;
const HMAC_BYTES = 20;
const FINGERPRINT_BYTES = 8;
const FINGERPRINT_XOR = 0x53_54_55_4e;
const MAX_U32 = 0xff_ff_ff_ff;

export const StunType = { BINDING_REQUEST: 0x0001, BINDING_SUCCESS: 0x0101 } as const;
export const StunAttribute = {
  MESSAGE_INTEGRITY: 0x0008,
  XOR_MAPPED_ADDRESS: 0x0020,
  FINGERPRINT: 0x8028,
  ICE_CONTROLLED: 0x8029,
  ICE_CONTROLLING: 0x802a,
} as const;

export interface StunMessage {
  readonly type: number;
  /** Values by attribute type, the first of each, as views of the message. */
  readonly attributes: ReadonlyMap<number, Buffer>;
  /** Offset of MESSAGE-INTEGRITY. */
  readonly integrityAt: number;
}

/** Parses a STUN message that is signed with the password; undefined for anything else, including DTLS (RFC 7983). */
export function readSignedStun(bytes: Buffer, password: string): StunMessage | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(4) !== COOKIE || bytes.readUInt16BE(2) !== bytes.length - HEADER_BYTES)
    return undefined;
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + ATTRIBUTE_HEADER_BYTES <= bytes.length;) {
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    const value = bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + ATTRIBUTE_HEADER_BYTES + length);
    if (value.length < length) return undefined;
    if (type === StunAttribute.MESSAGE_INTEGRITY) {
      const fits = length === HMAC_BYTES && timingSafeEqual(value, hmacOf(bytes, at, password));
      return fits ? { type: bytes.readUInt16BE(0), attributes, integrityAt: at } : undefined;
    }
    if (!attributes.has(type)) attributes.set(type, value);
    at += ATTRIBUTE_HEADER_BYTES + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

/** Signs a message again after attributes before MESSAGE-INTEGRITY were changed in place. After it only a FINGERPRINT is kept. */
export function signAgain(bytes: Buffer, integrityAt: number, password: string): Buffer {
  const end = integrityAt + ATTRIBUTE_HEADER_BYTES + HMAC_BYTES;
  const signed = Buffer.alloc(end + FINGERPRINT_BYTES);
  bytes.copy(signed, 0, 0, integrityAt);
  signed.writeUInt16BE(StunAttribute.MESSAGE_INTEGRITY, integrityAt);
  signed.writeUInt16BE(HMAC_BYTES, integrityAt + 2);
  hmacOf(signed, integrityAt, password).copy(signed, integrityAt + ATTRIBUTE_HEADER_BYTES);
  signed.writeUInt16BE(signed.length - HEADER_BYTES, 2);
  signed.writeUInt16BE(StunAttribute.FINGERPRINT, end);
  signed.writeUInt16BE(4, end + 2);
  signed.writeUInt32BE(((crc32(signed.subarray(0, end)) ^ FINGERPRINT_XOR) & MAX_U32) >>> 0, end + 4);
  return signed;
}

/** Over all bytes before the attribute, with a length as if the attribute were the last (RFC 8489, 14.5). */
function hmacOf(bytes: Buffer, integrityAt: number, password: string): Buffer {
  const covered = Buffer.from(bytes.subarray(0, integrityAt));
  covered.writeUInt16BE(integrityAt + ATTRIBUTE_HEADER_BYTES + HMAC_BYTES - HEADER_BYTES, 2);
  return createHmac("sha1", password).update(covered).digest();
}

/** Overwrites an XOR-MAPPED-ADDRESS (RFC 8489, 14.2) with an IPv4 address. @returns false, without a change, if the old one is not IPv4 */
export function writeMappedAddress(value: Buffer, address: string, port: number): boolean {
  const numbers = address.split(".").map(Number);
  if (value.length !== 8 || value[1] !== 1 || numbers.length !== 4) return false;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  value.writeUInt32BE((Buffer.from(numbers).readUInt32BE() ^ COOKIE) >>> 0, 4);
  return true;
}
