/*
 * CertificateRequest (RFC 5246, 7.4.4): which certificates a server accepts.
 *
 *  0        1
 * +--------+---------------------+-----------------+-------------+-----------------+---------------+
 * | length | certificate types … | length          | schemes …   | length          | authorities … |
 * +--------+---------------------+-----------------+-------------+-----------------+---------------+
 */
import { concat, vector16, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader, readU16List } from "../bytes/byte-reader.ts";
import { encodeU16List } from "./extensions.ts";

/** Certificate types: what kind of key signs (RFC 5246, 7.4.4; RFC 8422, 5.5). */
export const CertificateType = { RSA_SIGN: 1, ECDSA_SIGN: 64 } as const;

export interface CertificateRequest {
  readonly types: Uint8Array;
  readonly schemes: readonly number[];
}

/** Encodes a request that names no authorities. */
export function encodeCertificateRequest({ types, schemes }: CertificateRequest): Uint8Array {
  return concat(vector8(types), encodeU16List(schemes), vector16());
}

/** The authorities are skipped. @returns undefined if the bytes are not exactly a CertificateRequest */
export function decodeCertificateRequest(body: Uint8Array): CertificateRequest | undefined {
  const reader = new ByteReader(body);
  const types = reader.vector8(1, 0xff);
  const schemes = readU16List(reader.vector16(2, 0xfffe));
  reader.vector16(0, 0xffff);
  return reader.complete && schemes !== undefined ? { types, schemes } : undefined;
}
