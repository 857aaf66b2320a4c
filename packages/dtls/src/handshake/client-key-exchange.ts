/*
 * ClientKeyExchange (RFC 8422, 5.7): the client's public key of the key exchange.
 *
 *  0        1
 * +--------+--------------+
 * | length | public key … |
 * +--------+--------------+
 */
import { vector8 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";

export function encodeClientKeyExchange(publicKey: Uint8Array): Uint8Array {
  return vector8(publicKey);
}

/** @returns the public key; undefined if the bytes are not exactly a ClientKeyExchange */
export function decodeClientKeyExchange(body: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(body);
  const publicKey = reader.vector8(1, 0xff);
  return reader.complete ? publicKey : undefined;
}
