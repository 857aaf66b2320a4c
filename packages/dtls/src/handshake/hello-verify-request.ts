/*
 * HelloVerifyRequest (RFC 6347, 4.2.1): a server that wants the ClientHello again with a cookie, before it spends anything on it.
 *
 *  0                 2        3
 * +-----------------+--------+-------------+
 * | version         | length | cookie …    |
 * +-----------------+--------+-------------+
 *
 * The version is 1.0 whatever will be negotiated, and clients ignore it.
 */
import { concat, u16, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";
import { Version } from "../record/record-header.ts";

export function encodeHelloVerifyRequest(cookie: Uint8Array): Uint8Array {
  return concat(u16(Version.DTLS_1_0), vector8(cookie));
}

/** @returns the cookie; undefined if the bytes are not exactly a HelloVerifyRequest */
export function decodeHelloVerifyRequest(body: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(body);
  reader.u16();
  const cookie = reader.vector8(0, 0xff);
  return reader.complete ? cookie : undefined;
}
