/*
 * A STUN server's answer to a Binding request (RFC 8489, 5 and 14.2): the address from which the request came.
 *
 *  0                   2                   4                                 8              20
 * +-------------------+-------------------+---------------------------------+--------------+------------------------+---------------+
 * | 0x0101            | length, u16       | magic cookie, 0x2112A442        | transaction  | XOR-MAPPED-ADDRESS,    | FINGERPRINT,  |
 * |                   |                   |                                 |              | 12 or 24               | 8             |
 * +-------------------+-------------------+---------------------------------+--------------+------------------------+---------------+
 */
import { crc32 } from "node:zlib";

const HEADER_BYTES = 20;
const COOKIE = 0x21_12_a4_42;
const BINDING_REQUEST = 0x00_01;
const BINDING_SUCCESS = 0x01_01;
const ATTRIBUTE_HEADER_BYTES = 4;
const XOR_MAPPED_ADDRESS = 0x00_20;
const FINGERPRINT = 0x80_28;
const FINGERPRINT_BYTES = 4;
const FINGERPRINT_XOR = 0x53_54_55_4e;
/** Types from here on may be ignored by those who don't know them (RFC 8489, 14). */
const FIRST_OPTIONAL = 0x80_00;
/** Longest request that is answered, bytes: the guaranteed size of a packet (RFC 8489, 6.1). */
const MAX_REQUEST_BYTES = 548;
const FAMILY_V4 = 1;
const FAMILY_V6 = 2;

/** Where a request came from. */
export interface StunSource {
  /** IPv4 or IPv6, without a zone; an IPv4 address may be mapped into IPv6. */
  readonly address: string;
  readonly port: number;
}

/**
 * Answers a Binding request of a client that wants to know its address. Undefined for everything else: other methods, messages with attributes that this
 * server would have to understand, such as the checks between two peers, and what is not STUN. It sends no errors, so that nobody can use it to send them elsewhere.
 */
export function answerBinding(request: Buffer, source: StunSource): Buffer | undefined {
  const read = readRequest(request);
  const address = addressBytes(source.address);
  if (read === undefined || address === undefined) return undefined;
  const value = Buffer.concat([Uint8Array.of(0, address.length === 4 ? FAMILY_V4 : FAMILY_V6, 0, 0), address]);
  value.writeUInt16BE(source.port, 2);
  // Masked with the cookie and the transaction, so that routers that rewrite addresses in packets don't find it.
  const mask = request.subarray(4, HEADER_BYTES);
  for (let index = 0; index < address.length; index += 1) value[4 + index] = (address[index] ?? 0) ^ (mask[index] ?? 0);
  value.writeUInt16BE(source.port ^ (COOKIE >>> 16), 2);
  const length = ATTRIBUTE_HEADER_BYTES + value.length + (read.hasFingerprint ? ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES : 0);
  const answer = Buffer.concat([header(request, length), attributeHeader(XOR_MAPPED_ADDRESS, value.length), value]);
  return read.hasFingerprint ? withFingerprint(answer) : answer;
}

function readRequest(bytes: Buffer): { readonly hasFingerprint: boolean } | undefined {
  const { length } = bytes;
  if (length < HEADER_BYTES || length > MAX_REQUEST_BYTES || length % 4 !== 0) return undefined;
  if (bytes.readUInt16BE(0) !== BINDING_REQUEST || bytes.readUInt32BE(4) !== COOKIE) return undefined;
  if (bytes.readUInt16BE(2) !== length - HEADER_BYTES) return undefined;
  let hasFingerprint = false;
  for (let at = HEADER_BYTES; at < length;) {
    const [type, size] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    const next = at + ATTRIBUTE_HEADER_BYTES + Math.ceil(size / 4) * 4;
    // FINGERPRINT is the last one.
    if (next > length || type < FIRST_OPTIONAL || hasFingerprint) return undefined;
    if (
      type === FINGERPRINT &&
      (size !== FINGERPRINT_BYTES || bytes.readUInt32BE(at + ATTRIBUTE_HEADER_BYTES) !== fingerprint(bytes.subarray(0, at)))
    )
      return undefined;
    hasFingerprint = type === FINGERPRINT;
    at = next;
  }
  return { hasFingerprint };
}

function header(request: Buffer, length: number): Buffer {
  const bytes = Buffer.from(request.subarray(0, HEADER_BYTES));
  bytes.writeUInt16BE(BINDING_SUCCESS, 0);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

function attributeHeader(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(ATTRIBUTE_HEADER_BYTES);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

/** The length in the header counts it already (RFC 8489, 14.7). */
function withFingerprint(message: Buffer): Buffer {
  const value = Buffer.alloc(FINGERPRINT_BYTES);
  value.writeUInt32BE(fingerprint(message));
  return Buffer.concat([message, attributeHeader(FINGERPRINT, FINGERPRINT_BYTES), value]);
}

function fingerprint(bytes: Buffer): number {
  return (crc32(bytes) ^ FINGERPRINT_XOR) >>> 0;
}

/** @returns 4 or 16 bytes; undefined if it is not an address */
function addressBytes(address: string): Buffer | undefined {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/iu.exec(address);
  if (v4 !== null) return Buffer.from(v4.slice(1).map(Number));
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  // A URL writes it in hexadecimal alone, with one gap at most.
  const [before = "", after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const [first, last] = [groups(before), groups(after ?? "")];
  const gap = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return Buffer.from([...first, ...gap, ...last].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
