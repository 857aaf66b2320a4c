/*
 * Certificate (RFC 5246, 7.4.2): a chain, the sender's own certificate first.
 *
 *  0                          3                          6
 * +--------------------------+--------------------------+-------------------+
 * | bytes of all             | length                   | certificate, DER  |  …
 * +--------------------------+--------------------------+-------------------+
 */
import { vector24 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";

const MAX_U24 = 0xff_ffff;

export function encodeCertificate(...chain: readonly Uint8Array[]): Uint8Array {
  return vector24(...chain.map((certificate) => vector24(certificate)));
}

/** @returns the chain, which may be empty; undefined if the bytes are not exactly a Certificate message */
export function decodeCertificate(body: Uint8Array): Uint8Array[] | undefined {
  const reader = new ByteReader(body);
  const chain: Uint8Array[] = [];
  const list = new ByteReader(reader.vector24(0, MAX_U24));
  while (list.left > 0) chain.push(list.vector24(1, MAX_U24));
  return reader.complete && list.complete ? chain : undefined;
}
