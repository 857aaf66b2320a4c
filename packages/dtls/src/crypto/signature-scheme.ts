import { constants, type KeyObject, sign, verify } from "node:crypto";

/** How a signature is made (RFC 5246, 7.4.1.4.1; RFC 8446, 4.2.3, for RSASSA-PSS in TLS 1.2). */
interface SignatureScheme {
  readonly key: "ecdsa" | "rsa";
  readonly hash: "sha256" | "sha384" | "sha512";
  readonly pss: boolean;
}

/** What this side signs with: its key is on P-256. */
export const ECDSA_SHA256 = 0x0403;

/** Signatures that are accepted, by their number; the preferred ones first. There is no SHA-1 among them. */
const SCHEMES: ReadonlyMap<number, SignatureScheme> = new Map<number, SignatureScheme>([
  [ECDSA_SHA256, { key: "ecdsa", hash: "sha256", pss: false }],
  [0x0503, { key: "ecdsa", hash: "sha384", pss: false }],
  [0x0603, { key: "ecdsa", hash: "sha512", pss: false }],
  [0x0804, { key: "rsa", hash: "sha256", pss: true }],
  [0x0805, { key: "rsa", hash: "sha384", pss: true }],
  [0x0806, { key: "rsa", hash: "sha512", pss: true }],
  [0x0401, { key: "rsa", hash: "sha256", pss: false }],
  [0x0501, { key: "rsa", hash: "sha384", pss: false }],
  [0x0601, { key: "rsa", hash: "sha512", pss: false }],
]);

/** What to offer to a peer. */
export const SIGNATURE_SCHEMES: readonly number[] = [...SCHEMES.keys()];

/** A key of a peer, and what its signatures are. */
export interface VerificationKey {
  readonly type: "ecdsa" | "rsa";
  readonly key: KeyObject;
}

/** Whether a signature is valid, and its scheme is one for this key that was offered. */
export function isSignatureOf({ type, key }: VerificationKey, schemeId: number, content: Uint8Array, signature: Uint8Array): boolean {
  const scheme = SCHEMES.get(schemeId);
  if (scheme === undefined || scheme.key !== type) return false;
  const options = scheme.pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : { key };
  return verify(scheme.hash, content, options, signature);
}

/** Signs with {@link ECDSA_SHA256}. */
export function signEcdsa(privateKey: KeyObject, content: Uint8Array): Uint8Array {
  return sign("sha256", content, privateKey);
}
