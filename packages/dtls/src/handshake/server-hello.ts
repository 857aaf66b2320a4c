/*
 * ServerHello (RFC 5246, 7.4.1.3): what a server has chosen.
 *
 *  0                 2                34
 * +-----------------+----------------+-----------------+-----------------+-------------+--------------+
 * | version         | random (32)    | session id (1+) | cipher suite    | compression | extensions … |
 * +-----------------+----------------+-----------------+-----------------+-------------+--------------+
 */
import { concat, u16, u8, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";
import { encodeExtensions, type Extensions, readExtensions } from "./extensions.ts";
import { MAX_SESSION_ID_BYTES, RANDOM_BYTES } from "./handshake-type.ts";

export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compression: number;
  readonly extensions: Extensions;
}

export function encodeServerHello(hello: ServerHello): Uint8Array {
  return concat(
    u16(hello.version),
    hello.random,
    vector8(hello.sessionId),
    u16(hello.cipherSuite),
    u8(hello.compression),
    encodeExtensions(hello.extensions),
  );
}

/** @returns undefined if the bytes are not exactly a ServerHello */
export function decodeServerHello(body: Uint8Array): ServerHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.u16();
  const random = reader.bytes(RANDOM_BYTES);
  const sessionId = reader.vector8(0, MAX_SESSION_ID_BYTES);
  const cipherSuite = reader.u16();
  const compression = reader.u8();
  const extensions = readExtensions(reader);
  if (!reader.complete || extensions === undefined) return undefined;
  return { version, random, sessionId, cipherSuite, compression, extensions };
}
