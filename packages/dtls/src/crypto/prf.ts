import { createHmac } from "node:crypto";
import { concat } from "../bytes/byte-parts.ts";

/** The pseudo-random function of TLS 1.2 with SHA-256 (RFC 5246, 5). @param length bytes */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const labelled = concat(Buffer.from(label, "ascii"), seed);
  const blocks: Uint8Array[] = [];
  let chained = labelled;
  for (let produced = 0; produced < length; produced += HASH_BYTES) {
    chained = hmac(secret, chained);
    blocks.push(hmac(secret, concat(chained, labelled)));
  }
  return concat(...blocks).subarray(0, length);
}

const HASH_BYTES = 32;

function hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(bytes).digest();
}
