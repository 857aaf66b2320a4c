import { createHash } from "node:crypto";

/** A fingerprint of a certificate, as in SDP (RFC 8122, 5). */
export interface Fingerprint {
  /** "sha-256" for example; in upper or lower case. Hash functions that are not supported, such as sha-1, are ignored. */
  readonly algorithm: string;
  /** Bytes in hexadecimal, separated by colons; in upper or lower case. */
  readonly value: string;
}

/** Supported hash functions, the strongest first, with node:crypto's names. */
const HASHES = { "sha-512": "sha512", "sha-384": "sha384", "sha-256": "sha256" } as const;
export type FingerprintAlgorithm = keyof typeof HASHES;

/** The fingerprint of a certificate, in upper case. */
export function fingerprintOf(certificateDer: Uint8Array, algorithm: FingerprintAlgorithm): string {
  const hex = createHash(HASHES[algorithm]).update(certificateDer).digest("hex").toUpperCase();
  return hex.replaceAll(/(..)(?=.)/gu, "$1:");
}

/** The fingerprints that a peer's certificate is compared with: those of one hash function. */
export interface ExpectedFingerprints {
  readonly algorithm: FingerprintAlgorithm;
  readonly values: ReadonlySet<string>;
}

/**
 * Chooses the fingerprints of the strongest hash function; the others don't count (RFC 8122, 5.1).
 * @returns undefined if there is none with a supported one
 */
export function expectFingerprints(fingerprints: readonly Fingerprint[]): ExpectedFingerprints | undefined {
  for (const algorithm of Object.keys(HASHES) as FingerprintAlgorithm[]) {
    const values = fingerprints.filter((one) => one.algorithm.toLowerCase() === algorithm).map(({ value }) => value.toUpperCase());
    if (values.length > 0) return { algorithm, values: new Set(values) };
  }
  return undefined;
}

/** Whether a certificate is one of those that were announced. */
export function isExpected(certificateDer: Uint8Array, { algorithm, values }: ExpectedFingerprints): boolean {
  return values.has(fingerprintOf(certificateDer, algorithm));
}
