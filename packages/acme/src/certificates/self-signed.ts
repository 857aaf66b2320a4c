import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { contextParts, integer, octetString, sequence, utcTime } from "./der.ts";
import { alternativeNames, commonName, extension, pem, signatureAlgorithm, signed } from "./x509.ts";

/** A certificate with its private key, as PEM texts. */
export interface CertificatePair {
  /** The server's own certificate first. */
  readonly cert: string;
  readonly key: string;
}

/** `id-pe-acmeIdentifier` (RFC 8737, 3). */
const ACME_IDENTIFIER = "2b0601050507011f";
const DAY_MS = 86_400_000;
/** Enough that serial numbers don't repeat (RFC 5280, 4.1.2.2, allows 20). Bytes. */
const SERIAL_BYTES = 16;
/** Version 3 (RFC 5280, 4.1.2.1). */
const VERSION = 2;

/**
 * The certificate that answers a TLS-ALPN-01 challenge (RFC 8737, 3): the name, and the hash of the key authorization in a critical extension.
 */
export function createChallengeCertificate(domain: string, keyAuthorization: string): CertificatePair {
  const digest = createHash("sha256").update(keyAuthorization).digest();
  return selfSigned(domain, [extension(ACME_IDENTIFIER, octetString(digest), { critical: true })]);
}

/** A certificate that no browser trusts: a TLS server needs one before it can answer its first challenge. */
export function createPlaceholderCertificate(domain: string): CertificatePair {
  return selfSigned(domain, []);
}

function selfSigned(domain: string, extensions: readonly Uint8Array[]): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const serial = randomBytes(SERIAL_BYTES);
  // Positive, and without a leading zero.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const now = Date.now();
  const name = commonName("rangecast");
  const content = sequence(
    contextParts(0, integer(Uint8Array.of(VERSION))),
    integer(serial),
    signatureAlgorithm(),
    name,
    sequence(utcTime(new Date(now - DAY_MS)), utcTime(new Date(now + DAY_MS))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    contextParts(3, sequence(alternativeNames([domain]), ...extensions)),
  );
  return {
    cert: pem("CERTIFICATE", signed(content, privateKey)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}
