/** How records are protected. The values are node:crypto's names. */
export type AeadAlgorithm = "aes-128-gcm" | "chacha20-poly1305";

/** An AEAD in DTLS 1.2. */
export interface Aead {
  readonly algorithm: AeadAlgorithm;
  readonly keyBytes: number;
  /** Bytes of the nonce that come from the key schedule. */
  readonly ivBytes: number;
  /** Bytes of the nonce that each record carries. */
  readonly explicitNonceBytes: number;
}

/** Bytes that authenticate a record, for all of them. */
export const TAG_BYTES = 16;

/** The nonce is 4 secret bytes and 8 bytes in the record (RFC 5288, 3). */
const AES_128_GCM: Aead = { algorithm: "aes-128-gcm", keyBytes: 16, ivBytes: 4, explicitNonceBytes: 8 };
/** The nonce is 12 secret bytes, XOR the epoch and the sequence number (RFC 7905, 2). */
const CHACHA20_POLY1305: Aead = { algorithm: "chacha20-poly1305", keyBytes: 32, ivBytes: 12, explicitNonceBytes: 0 };

/** Ephemeral key exchange, an AEAD, and SHA-256 in the key schedule. */
export interface CipherSuite {
  readonly id: number;
  /** Type of the server's key. */
  readonly serverKey: "ecdsa" | "rsa";
  readonly aead: Aead;
}

export type CipherSuiteName =
  | "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
  | "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
  | "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
  | "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";

/** Supported suites by their registered names (RFC 5289, RFC 7905), the preferred one first: AES is faster wherever the processor has instructions for it. */
export const CIPHER_SUITES: Readonly<Record<CipherSuiteName, CipherSuite>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: { id: 0xc02b, serverKey: "ecdsa", aead: AES_128_GCM },
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: { id: 0xcca9, serverKey: "ecdsa", aead: CHACHA20_POLY1305 },
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: { id: 0xc02f, serverKey: "rsa", aead: AES_128_GCM },
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: { id: 0xcca8, serverKey: "rsa", aead: CHACHA20_POLY1305 },
};
