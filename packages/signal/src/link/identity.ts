import { ExpectedError } from "@rangecast/base";
import * as v from "valibot";
import type { Bytes } from "../encoding/bytes.ts";
import { parseAs } from "../encoding/json.ts";
import { base64urlText } from "../encoding/schemas.ts";

/** Why an identity is refused: it is not a P-256 private key, or its public and private parts don't match. */
export type IdentityErrorReason = "bad-key";

/** The stored identity can't be used. */
export class IdentityError extends ExpectedError<IdentityErrorReason> {
  override readonly name = "IdentityError";
}

/** The daemon's long-lived P-256 key pair (L-1). */
export interface Identity {
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Bytes;
  /** ECDSA P-256; extractable, so that it can be exported. */
  readonly privateKey: CryptoKey;
}

/** Bytes of an uncompressed P-256 point (SEC 1, 2.3.3). */
export const PUBLIC_KEY_BYTES = 65;
/** Its first byte. The hybrid forms have the same length and another first byte. */
const UNCOMPRESSED = 4;
const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGN_ALGORITHM = { name: "ECDSA", hash: "SHA-256" };

/** RFC 7518, 6.2: each number has the 32 bytes of the curve's field. */
const COORDINATE_BYTES = 32;
const coordinate = base64urlText(COORDINATE_BYTES);
const privateJwk = v.object({ kty: v.literal("EC"), crv: v.literal("P-256"), x: coordinate, y: coordinate, d: coordinate });

export async function createIdentity(): Promise<Identity> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  return { publicKey: await exportRaw(publicKey), privateKey };
}

/** Reads an identity from a JSON Web Key, as {@link exportIdentity} returns it. @throws {IdentityError} `bad-key` */
export async function importIdentity(jwk: unknown): Promise<Identity> {
  const parsed = parseAs(privateJwk, jwk);
  if (parsed === undefined) throw new IdentityError("bad-key", "the identity is not a P-256 private key");
  const { kty, crv, x, y, d } = parsed;
  try {
    const privateKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, KEY_ALGORITHM, true, ["sign"]);
    const publicKey = await exportRaw(await crypto.subtle.importKey("jwk", { kty, crv, x, y }, KEY_ALGORITHM, true, ["verify"]));
    return { publicKey, privateKey };
  } catch {
    // Without a cause: WebCrypto's error might describe the private key.
    throw new IdentityError("bad-key", "the identity's key is damaged");
  }
}

/** The private key as a JSON Web Key. Store it where only the user can read it. */
export async function exportIdentity(identity: Identity): Promise<JsonWebKey> {
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", identity.privateKey);
  return { kty, crv, x, y, d } as JsonWebKey;
}

/** ECDSA P-256 with SHA-256, r ‖ s: 64 bytes. */
export async function signWith(privateKey: CryptoKey, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(SIGN_ALGORITHM, privateKey, bytes));
}

/** Whether the signature was made with the key; false also if the key is not a point on the curve. */
export async function verifyWith(publicKey: Bytes, signature: Bytes, bytes: Bytes): Promise<boolean> {
  if (publicKey.byteLength !== PUBLIC_KEY_BYTES || publicKey[0] !== UNCOMPRESSED) return false;
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, KEY_ALGORITHM, true, ["verify"]);
    return await crypto.subtle.verify(SIGN_ALGORITHM, key, signature, bytes);
  } catch {
    return false;
  }
}

async function exportRaw(publicKey: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
}
