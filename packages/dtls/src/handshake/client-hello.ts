/*
 * ClientHello (RFC 6347, 4.2.1): what a client can do.
 *
 *  0                 2                34
 * +-----------------+----------------+-----------------+-------------+--------------------+---------------------+--------------+
 * | version         | random (32)    | session id (1+) | cookie (1+) | cipher suites (2+) | compressions (1+)   | extensions … |
 * +-----------------+----------------+-----------------+-------------+--------------------+---------------------+--------------+
 *
 * (1+) and (2+): a vector with a length of one or two bytes.
 */
import { concat, u16, u8, vector16, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader, readU16List } from "../bytes/byte-reader.ts";
import { encodeExtensions, type Extensions, readExtensions } from "./extensions.ts";
import { MAX_SESSION_ID_BYTES, RANDOM_BYTES } from "./handshake-type.ts";

/** The only compression method: none. */
export const NULL_COMPRESSION = 0;
/** In the place of a cipher suite: this client knows renegotiation_info (RFC 5746, 3.3). */
export const RENEGOTIATION_SCSV = 0x00ff;

export interface ClientHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cookie: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressions: Uint8Array;
  readonly extensions: Extensions;
}

export function encodeClientHello(hello: ClientHello): Uint8Array {
  return concat(
    u16(hello.version),
    hello.random,
    vector8(hello.sessionId),
    vector8(hello.cookie),
    vector16(...hello.cipherSuites.map(u16)),
    vector8(hello.compressions),
    encodeExtensions(hello.extensions),
  );
}

/** A hello with what this package always sends: no session, no compression. */
export function newClientHello(fields: Pick<ClientHello, "version" | "random" | "cookie" | "cipherSuites" | "extensions">): ClientHello {
  return { ...fields, sessionId: new Uint8Array(0), compressions: u8(NULL_COMPRESSION) };
}

/** @returns undefined if the bytes are not exactly a ClientHello */
export function decodeClientHello(body: Uint8Array): ClientHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.u16();
  const random = reader.bytes(RANDOM_BYTES);
  const sessionId = reader.vector8(0, MAX_SESSION_ID_BYTES);
  const cookie = reader.vector8(0, 0xff);
  const cipherSuites = readU16List(reader.vector16(2, 0xfffe));
  const compressions = reader.vector8(1, 0xff);
  const extensions = readExtensions(reader);
  if (!reader.complete || cipherSuites === undefined || extensions === undefined) return undefined;
  return { version, random, sessionId, cookie, cipherSuites, compressions, extensions };
}
