import { X509Certificate } from "node:crypto";
import type { VerificationKey } from "../crypto/signature-scheme.ts";

/** Smallest RSA key, bits (RFC 8827, 6.5, asks for 2048 at least). */
const MIN_RSA_BITS = 2048;
/** Largest RSA key, bits: a check takes time with the square of it. */
const MAX_RSA_BITS = 8192;
const CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1"]);

/**
 * The public key of a certificate. Nothing else in it counts, because its fingerprint is known (RFC 8827, 6.5): neither its signature nor its
 * names and dates.
 * @returns why the key can't be used, for people
 */
export function readPeerKey(certificateDer: Uint8Array): VerificationKey | string {
  let key;
  try {
    key = new X509Certificate(certificateDer).publicKey;
  } catch {
    return "the certificate can't be read";
  }
  const { asymmetricKeyType, asymmetricKeyDetails: { modulusLength = 0, namedCurve = "" } = {} } = key;
  if (asymmetricKeyType === "ec") return CURVES.has(namedCurve) ? { type: "ecdsa", key } : `keys on ${namedCurve} are not supported`;
  if (asymmetricKeyType !== "rsa") return `${asymmetricKeyType} keys are not supported`;
  if (modulusLength < MIN_RSA_BITS || modulusLength > MAX_RSA_BITS) return `RSA keys of ${modulusLength} bits are not accepted`;
  return { type: "rsa", key };
}
