import { type Bytes, utf8 } from "./bytes.ts";
import { SECRET_BYTES } from "../link/link.ts";

const BITS_PER_BYTE = 8;

/** HKDF-SHA-256 (RFC 5869) from a link's secret, with the share id's text as salt. @param bytes length of the output */
export async function deriveBits(secret: Bytes, shareId: string, info: Bytes, bytes: number): Promise<Bytes> {
  const key = await importSecret(secret);
  return new Uint8Array(await crypto.subtle.deriveBits(parameters(shareId, info), key, bytes * BITS_PER_BYTE));
}

/** The same, as a non-extractable key for AES-256-GCM. */
export async function deriveAesKey(secret: Bytes, shareId: string, info: Bytes, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.deriveKey(parameters(shareId, info), await importSecret(secret), { name: "AES-GCM", length: 256 }, false, [usage]);
}

function parameters(shareId: string, info: Bytes): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt: utf8(shareId), info };
}

function importSecret(secret: Bytes): Promise<CryptoKey> {
  if (secret.byteLength !== SECRET_BYTES) throw new RangeError(`a secret has ${SECRET_BYTES} bytes`);
  return crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits", "deriveKey"]);
}
