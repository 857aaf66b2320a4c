/*
 * ServerKeyExchange (RFC 8422, 5.4): the server's public key of the key exchange, signed.
 *
 *  0        1                 3        4
 * +--------+-----------------+--------+--------------+-----------------+-----------------+-------------+
 * | 3      | group           | length | public key … | signature scheme| length          | signature … |
 * +--------+-----------------+--------+--------------+-----------------+-----------------+-------------+
 *  3: a named curve. The signature is over both randoms and all that is before the scheme.
 */
import { concat, u16, u8, vector16, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";

const NAMED_CURVE = 3;

export interface ServerKeyExchange {
  readonly group: number;
  readonly publicKey: Uint8Array;
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** What is signed besides the randoms. */
export function encodeParameters({ group, publicKey }: Pick<ServerKeyExchange, "group" | "publicKey">): Uint8Array {
  return concat(u8(NAMED_CURVE), u16(group), vector8(publicKey));
}

export function encodeServerKeyExchange(exchange: ServerKeyExchange): Uint8Array {
  return concat(encodeParameters(exchange), u16(exchange.scheme), vector16(exchange.signature));
}

/** @returns undefined if the bytes are not exactly a ServerKeyExchange with a named curve */
export function decodeServerKeyExchange(body: Uint8Array): ServerKeyExchange | undefined {
  const reader = new ByteReader(body);
  if (reader.u8() !== NAMED_CURVE) return undefined;
  const [group, publicKey] = [reader.u16(), reader.vector8(1, 0xff)];
  const [scheme, signature] = [reader.u16(), reader.vector16(0, 0xffff)];
  return reader.complete ? { group, publicKey, scheme, signature } : undefined;
}
