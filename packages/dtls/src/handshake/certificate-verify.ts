/*
 * CertificateVerify (RFC 5246, 7.4.8): the client's signature over all messages before it.
 *
 *  0                 2                 4
 * +-----------------+-----------------+-------------+
 * | signature scheme| length          | signature … |
 * +-----------------+-----------------+-------------+
 */
import { concat, u16, vector16 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";

export interface CertificateVerify {
  readonly scheme: number;
  readonly signature: Uint8Array;
}

export function encodeCertificateVerify({ scheme, signature }: CertificateVerify): Uint8Array {
  return concat(u16(scheme), vector16(signature));
}

/** @returns undefined if the bytes are not exactly a CertificateVerify */
export function decodeCertificateVerify(body: Uint8Array): CertificateVerify | undefined {
  const reader = new ByteReader(body);
  const [scheme, signature] = [reader.u16(), reader.vector16(0, 0xffff)];
  return reader.complete ? { scheme, signature } : undefined;
}
