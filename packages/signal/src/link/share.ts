import { toBase64url } from "@rangecast/base";
import { type Bytes, concat, ID_BYTES, sha256, utf8 } from "../encoding/bytes.ts";
import { deriveBits } from "../encoding/hkdf.ts";
import { PUBLIC_KEY_BYTES } from "./identity.ts";

const SHARE_DOMAIN = "rangecast share 1";
const JOIN_INFO = "join";
const JOIN_TOKEN_BYTES = 32;

/** base64url of the first 16 bytes of SHA-256("rangecast share 1" ‖ public key ‖ share nonce) (L-1). Key and nonce have fixed lengths. */
export async function computeShareId(publicKey: Bytes, shareNonce: Bytes): Promise<string> {
  if (publicKey.byteLength !== PUBLIC_KEY_BYTES || shareNonce.byteLength !== ID_BYTES) {
    throw new RangeError(`a public key has ${PUBLIC_KEY_BYTES} bytes, a share nonce ${ID_BYTES}`);
  }
  const hash = await sha256(concat(utf8(SHARE_DOMAIN), publicKey, shareNonce));
  return toBase64url(hash.subarray(0, ID_BYTES));
}

/** HKDF-SHA-256(S, salt share id, "join"), 32 bytes, base64url (L-2). */
export async function deriveJoinToken(secret: Bytes, shareId: string): Promise<string> {
  return toBase64url(await deriveBits(secret, shareId, utf8(JOIN_INFO), JOIN_TOKEN_BYTES));
}

/** What the relay stores instead of the join token: base64url of the SHA-256 of the token's text. */
export async function joinHash(token: string): Promise<string> {
  return toBase64url(await sha256(utf8(token)));
}
