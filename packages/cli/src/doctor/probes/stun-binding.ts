/*
 * STUN binding requests and responses (RFC 8489): they show this computer's address as the server sees it. The WebRTC stack reports only that some server
 * answered. The doctor must know which one, and whether two servers see one local port as two public ports, so it asks all servers from one socket.
 *
 *  0                   2                   4                                 8              20
 * +-------------------+-------------------+---------------------------------+--------------+----------
 * | type, u16         | length, u16       | magic cookie, 0x2112A442        | transaction  | attributes
 * +-------------------+-------------------+---------------------------------+--------------+----------
 */
import { randomBytes } from "node:crypto";

export const BINDING_REQUEST = 0x0001;
export const BINDING_SUCCESS = 0x0101;
export const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const TRANSACTION_BYTES = 12;
const XOR_MAPPED_ADDRESS = 0x0020;
const FAMILY_V4 = 1;
const V4_BYTES = 8;
const ATTRIBUTE_HEADER_BYTES = 4;

export interface MappedAddress {
  /** IPv4 address; undefined for IPv6, where only the port matters. */
  readonly address: string | undefined;
  readonly port: number;
}

/** Creates a request with a random transaction id. @returns the id in hex */
export function bindingRequest(): { readonly packet: Buffer; readonly transaction: string } {
  const transaction = randomBytes(TRANSACTION_BYTES);
  const head = Buffer.alloc(HEADER_BYTES - TRANSACTION_BYTES);
  head.writeUInt16BE(BINDING_REQUEST, 0);
  head.writeUInt32BE(MAGIC_COOKIE, 4);
  return { packet: Buffer.concat([head, transaction]), transaction: transaction.toString("hex") };
}

/** Parses a response; undefined if it is invalid. Any host could have sent it, so no length in it is trusted. */
export function readBindingAnswer(packet: Buffer): { readonly transaction: string; readonly mapped: MappedAddress } | undefined {
  if (packet.length < HEADER_BYTES || packet.readUInt16BE(0) !== BINDING_SUCCESS || packet.readUInt32BE(4) !== MAGIC_COOKIE)
    return undefined;
  const transaction = packet.subarray(HEADER_BYTES - TRANSACTION_BYTES, HEADER_BYTES).toString("hex");
  for (let at = HEADER_BYTES; at + ATTRIBUTE_HEADER_BYTES <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    const value = packet.subarray(at + ATTRIBUTE_HEADER_BYTES, at + ATTRIBUTE_HEADER_BYTES + length);
    if (packet.readUInt16BE(at) === XOR_MAPPED_ADDRESS && value.length >= V4_BYTES) return { transaction, mapped: unmask(value) };
    // Attributes are padded to a multiple of four bytes.
    at += ATTRIBUTE_HEADER_BYTES + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

function unmask(value: Buffer): MappedAddress {
  const port = value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16);
  if (value[1] !== FAMILY_V4) return { address: undefined, port };
  const address = (value.readUInt32BE(4) ^ MAGIC_COOKIE) >>> 0;
  return { address: [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join("."), port };
}
