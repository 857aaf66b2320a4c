import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";

/** Groups of the key exchange by their registered names (RFC 8422, 5.1.1). */
export const NAMED_GROUPS = { x25519: 29, secp256r1: 23 } as const;
export type NamedGroup = keyof typeof NAMED_GROUPS;

/** One side's half of a key exchange. It is used for one connection. */
export interface KeyShare {
  readonly group: NamedGroup;
  readonly publicKey: Uint8Array;
  /** The shared secret. @returns undefined if the peer's public key must not be used */
  agree(peerPublicKey: Uint8Array): Uint8Array | undefined;
}

export function createKeyShare(group: NamedGroup): KeyShare {
  return group === "x25519" ? createX25519Share() : createP256Share();
}

const X25519_BYTES = 32;

/** A key pair whose public key is a JWK: node:crypto can do it, but its types don't say so. */
type GenerateWithJwk = (
  type: "x25519",
  options: { publicKeyEncoding: { format: "jwk" } },
) => { readonly privateKey: KeyObject; readonly publicKey: { readonly x: string } };

/**
 * Keys go in and out as JWK, which takes OpenSSL a fifth of the time of SubjectPublicKeyInfo. The public key is encoded as it is generated, because
 * `export({ format: "jwk" })` of a key that this process has generated can block forever (Node 20.20): it holds a lock of the key while it allocates, and a garbage
 * collection in that moment ends the job that has generated the key, which waits for the same lock.
 */
function createX25519Share(): KeyShare {
  const generate = generateKeyPairSync as unknown as GenerateWithJwk;
  const { privateKey, publicKey } = generate("x25519", { publicKeyEncoding: { format: "jwk" } });
  return {
    group: "x25519",
    publicKey: Buffer.from(publicKey.x, "base64url"),
    agree(peerPublicKey) {
      if (peerPublicKey.byteLength !== X25519_BYTES) return undefined;
      const x = Buffer.from(peerPublicKey).toString("base64url");
      const peer = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
      try {
        const secret = diffieHellman({ privateKey, publicKey: peer });
        // A point of small order (RFC 8422, 5.11). OpenSSL refuses it too, with an exception.
        return secret.every((byte) => byte === 0) ? undefined : secret;
      } catch {
        return undefined;
      }
    },
  };
}

/** An uncompressed point of P-256; no other form is allowed (RFC 8422, 5.4.1). */
const P256_POINT_BYTES = 65;
const UNCOMPRESSED = 4;

function createP256Share(): KeyShare {
  const ecdh = createECDH("prime256v1");
  return {
    group: "secp256r1",
    publicKey: ecdh.generateKeys(),
    agree(peerPublicKey) {
      if (peerPublicKey.byteLength !== P256_POINT_BYTES || peerPublicKey[0] !== UNCOMPRESSED) return undefined;
      try {
        return ecdh.computeSecret(peerPublicKey);
      } catch {
        // OpenSSL checks that the point is on the curve.
        return undefined;
      }
    },
  };
}
