import { createHash } from "node:crypto";

/** Bytes of the hash in an etag: with 128 bits no two versions have the same one. */
const ETAG_HASH_BYTES = 16;

/** The hash in an etag: 16 bytes. */
export function etagHash(data: string | Uint8Array): Buffer {
  return createHash("sha256").update(data).digest().subarray(0, ETAG_HASH_BYTES);
}

/** A strong validator (RFC 9110, 8.8.1), including the quotes. */
export function etagOfHash(hash: Buffer): string {
  return `"${hash.toString("base64url")}"`;
}
