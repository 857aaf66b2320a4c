import { createPublicKey, type JsonWebKey } from "node:crypto";
import { ByteReader } from "../bytes/byte-reader.ts";
import type { VerificationKey } from "../crypto/signature-scheme.ts";
import { Tag } from "./der.ts";
import { readElement, readPositive } from "./der-reader.ts";
import { readSubjectKey, type SubjectKey } from "./subject-key.ts";

/** Smallest RSA key, bits (RFC 8827, 6.5, asks for 2048 at least). */
const MIN_RSA_BITS = 2048;
/** Largest RSA key, bits: a check takes time with the square of it. */
const MAX_RSA_BITS = 8192;
/** Longest public exponent of an RSA key, bytes: nearly all have 65537, and a check takes time with its length. */
const MAX_EXPONENT_BYTES = 4;

/** Algorithms of keys (RFC 3279, 2.3.1; RFC 5480, 2.1.1), as their encoded arcs. */
const RSA = "2a864886f70d010101";
const EC = "2a8648ce3d0201";
/** The parameters of every RSA key: NULL. */
const NULL = "0500";

/** Curves by the parameters of their keys (RFC 5480, 2.1.1.1). */
const CURVES: ReadonlyMap<string, { readonly name: string; readonly bytes: number }> = new Map([
  ["06082a8648ce3d030107", { name: "P-256", bytes: 32 }],
  ["06052b81040022", { name: "P-384", bytes: 48 }],
]);
const UNCOMPRESSED = 4;

/**
 * The public key of a certificate. Nothing else in it counts, because its fingerprint is known (RFC 8827, 6.5): neither its signature nor its
 * names and dates.
 *
 * The certificate is a stranger's. So it is read here, and node:crypto gets only the key's numbers, after they were checked.
 * @returns why the key can't be used, for people
 */
export function readPeerKey(certificateDer: Uint8Array): VerificationKey | string {
  const key = readSubjectKey(certificateDer);
  if (key === undefined) return "the certificate can't be read";
  if (key.algorithm === EC) return readEcKey(key);
  if (key.algorithm === RSA && key.parameters === NULL) return readRsaKey(key.bytes);
  return "this type of key is not supported";
}

function readEcKey({ parameters, bytes }: SubjectKey): VerificationKey | string {
  const curve = CURVES.get(parameters);
  if (curve === undefined) return "keys on this curve are not supported";
  if (bytes.byteLength !== 1 + 2 * curve.bytes || bytes[0] !== UNCOMPRESSED) return "the key is not an uncompressed point";
  const [x, y] = [bytes.subarray(1, 1 + curve.bytes), bytes.subarray(1 + curve.bytes)];
  return imported("ecdsa", { kty: "EC", crv: curve.name, x: base64url(x), y: base64url(y) }) ?? "the key is not a point of its curve";
}

function readRsaKey(bytes: Uint8Array): VerificationKey | string {
  const outer = new ByteReader(bytes);
  const inner = new ByteReader(readElement(outer, Tag.SEQUENCE));
  const [modulus, exponent] = [readPositive(inner), readPositive(inner)];
  if (!outer.complete || !inner.complete) return "the RSA key can't be read";
  const bits = bitLength(modulus);
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return `RSA keys of ${bits} bits are not accepted`;
  // An exponent of 1 would make every number its own signature.
  if (exponent.byteLength > MAX_EXPONENT_BYTES || isEven(modulus) || isEven(exponent) || bitLength(exponent) < 2) {
    return "the RSA key's numbers are not accepted";
  }
  return imported("rsa", { kty: "RSA", n: base64url(modulus), e: base64url(exponent) }) ?? "the RSA key's numbers are not accepted";
}

/** @returns undefined if node:crypto refuses the key: a point that is not on its curve */
function imported(type: VerificationKey["type"], jwk: JsonWebKey): VerificationKey | undefined {
  try {
    return { type, key: createPublicKey({ key: jwk, format: "jwk" }) };
  } catch {
    return undefined;
  }
}

/** @param bytes big-endian, without leading zeros */
function bitLength(bytes: Uint8Array): number {
  return bytes.byteLength * 8 - Math.clz32(bytes[0] ?? 0) + 24;
}

function isEven(bytes: Uint8Array): boolean {
  return ((bytes.at(-1) ?? 0) & 1) === 0;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
