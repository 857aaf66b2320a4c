import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/*
 * A check of STUN messages (RFC 8489) before the library parses them. An attribute is u16 type, u16 length, value, padding to 4 bytes.
 *
 *  0               2               4               8                    20
 * +---------------+---------------+---------------+--------------------+------------+------------------------+-----------------+
 * | type          | length        | 0x2112a442    | transaction id     | attributes | MESSAGE-INTEGRITY, 24  | FINGERPRINT, 8  |
 * +---------------+---------------+---------------+--------------------+------------+------------------------+-----------------+
 */
const HEADER_BYTES = 20;
const COOKIE = 0x21_12_a4_42;
const ATTRIBUTE_HEADER_BYTES = 4;
const HMAC_BYTES = 20;
const FINGERPRINT_BYTES = 4;
const FINGERPRINT_XOR = 0x53_54_55_4e;
/** Longest message that is looked at, bytes. Checks have about 100; a TURN server's answer with a certificate-like realm stays under an Ethernet packet. */
const MAX_MESSAGE_BYTES = 1_500;
/** Maximum number of attributes of a message. Real ones have up to 10. */
const MAX_ATTRIBUTES = 32;
/** First bytes from here on are not STUN's (RFC 7983, 7). */
const FIRST_BYTE_AFTER_STUN = 4;

const Attribute = {
  USERNAME: 0x00_06,
  MESSAGE_INTEGRITY: 0x00_08,
  MESSAGE_INTEGRITY_SHA256: 0x00_1c,
  ERROR_CODE: 0x00_09,
  PRIORITY: 0x00_24,
  USE_CANDIDATE: 0x00_25,
  FINGERPRINT: 0x80_28,
  ICE_CONTROLLED: 0x80_29,
  ICE_CONTROLLING: 0x80_2a,
} as const;

/** RFC 8489, 14.5 */
const MAY_FOLLOW_INTEGRITY: ReadonlySet<number> = new Set([Attribute.MESSAGE_INTEGRITY_SHA256, Attribute.FINGERPRINT]);

const BINDING_REQUEST = 0x00_01;

export type StunClass = "request" | "indication" | "success" | "error";
const CLASSES: Readonly<Record<number, StunClass>> = { 0x00_00: "request", 0x00_10: "indication", 0x01_00: "success", 0x01_10: "error" };
const CLASS_BITS = 0x01_10;

export interface StunFrame {
  readonly type: number;
  readonly class: StunClass;
  readonly transactionId: string;
  /** The first part of USERNAME: in a check the receiver's user name fragment (RFC 8445, 7.2.2). */
  readonly ufrag: string | undefined;
  readonly errorCode: number | undefined;
  /** Has PRIORITY and a role, as all checks (RFC 8445, 7.1). */
  readonly isCheck: boolean;
  /** Has USE-CANDIDATE. */
  readonly nominates: boolean;
  /** Offset of MESSAGE-INTEGRITY; undefined: not signed. */
  readonly integrityAt: number | undefined;
  readonly hasFingerprint: boolean;
}

/** Whether a datagram is STUN; other protocols on the same socket begin with larger bytes (RFC 7983, 7). */
export function looksLikeStun(packet: Buffer): boolean {
  return (packet[0] ?? 0) < FIRST_BYTE_AFTER_STUN;
}

/**
 * Parses a message. Undefined for everything that is malformed, has a wrong FINGERPRINT, or has attributes that its signature doesn't cover: a receiver must
 * not act on them (RFC 8489, 14.5), but the library does.
 */
export function readStun(bytes: Buffer): StunFrame | undefined {
  const { length } = bytes;
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES || length % 4 !== 0) return undefined;
  if (bytes.readUInt32BE(4) !== COOKIE || bytes.readUInt16BE(2) !== length - HEADER_BYTES) return undefined;
  const type = bytes.readUInt16BE(0);
  const attributes = readAttributes(bytes);
  const messageClass = CLASSES[type & CLASS_BITS];
  if (attributes === undefined || messageClass === undefined) return undefined;
  const username = attributes.get(Attribute.USERNAME);
  const error = attributes.get(Attribute.ERROR_CODE);
  return {
    type,
    class: messageClass,
    transactionId: bytes.toString("hex", 8, HEADER_BYTES),
    ufrag: username && bytes.toString("latin1", username.at, username.at + username.length).split(":", 1)[0],
    errorCode: error && error.length >= 4 ? (bytes[error.at + 2] ?? 0) * 100 + (bytes[error.at + 3] ?? 0) : undefined,
    isCheck:
      type === BINDING_REQUEST &&
      attributes.get(Attribute.PRIORITY)?.length === 4 &&
      (attributes.get(Attribute.ICE_CONTROLLING) ?? attributes.get(Attribute.ICE_CONTROLLED))?.length === 8,
    nominates: attributes.has(Attribute.USE_CANDIDATE),
    integrityAt: integrityOffset(attributes),
    hasFingerprint: attributes.has(Attribute.FINGERPRINT),
  };
}

interface Value {
  readonly at: number;
  readonly length: number;
}

function readAttributes(bytes: Buffer): Map<number, Value> | undefined {
  const attributes = new Map<number, Value>();
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    const next = at + ATTRIBUTE_HEADER_BYTES + Math.ceil(length / 4) * 4;
    if (next > bytes.length || attributes.size >= MAX_ATTRIBUTES || attributes.has(Attribute.FINGERPRINT)) return undefined;
    if (type === Attribute.FINGERPRINT && !isFingerprint(bytes, at, length)) return undefined;
    if (type === Attribute.MESSAGE_INTEGRITY && length !== HMAC_BYTES) return undefined;
    if (attributes.has(Attribute.MESSAGE_INTEGRITY) && !MAY_FOLLOW_INTEGRITY.has(type)) return undefined;
    if (!attributes.has(type)) attributes.set(type, { at: at + ATTRIBUTE_HEADER_BYTES, length });
    at = next;
  }
  return attributes;
}

function integrityOffset(attributes: ReadonlyMap<number, Value>): number | undefined {
  const value = attributes.get(Attribute.MESSAGE_INTEGRITY);
  return value && value.at - ATTRIBUTE_HEADER_BYTES;
}

/** Over all bytes before the attribute (RFC 8489, 14.7). It is the last one, so the length in the header fits as it is. */
function isFingerprint(bytes: Buffer, at: number, length: number): boolean {
  if (length !== FINGERPRINT_BYTES) return false;
  return bytes.readUInt32BE(at + ATTRIBUTE_HEADER_BYTES) === (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR) >>> 0;
}

/** Whether MESSAGE-INTEGRITY fits the password (RFC 8489, 14.5). */
export function isSignedWith(bytes: Buffer, { integrityAt }: StunFrame, password: string): boolean {
  if (integrityAt === undefined) return false;
  const covered = Buffer.from(bytes.subarray(0, integrityAt));
  // As if the attribute were the last.
  covered.writeUInt16BE(integrityAt + ATTRIBUTE_HEADER_BYTES + HMAC_BYTES - HEADER_BYTES, 2);
  const expected = createHmac("sha1", password).update(covered).digest();
  const at = integrityAt + ATTRIBUTE_HEADER_BYTES;
  return timingSafeEqual(bytes.subarray(at, at + HMAC_BYTES), expected);
}
