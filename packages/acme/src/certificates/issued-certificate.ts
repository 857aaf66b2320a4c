import { createPrivateKey, X509Certificate } from "node:crypto";
import { AcmeError } from "../acme-error.ts";
import type { CertificatePair } from "./self-signed.ts";

/** A certificate of a CA, with what is read from it. */
export interface IssuedCertificate extends CertificatePair {
  readonly domains: readonly string[];
  /** Who issued it, for people. */
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  /** Milliseconds since 1970. */
  readonly validTo: number;
  /** What the CA calls it in renewal information (RFC 9773, 4.1); undefined if it doesn't say who signed it. */
  readonly renewalId: string | undefined;
}

/** `id-ce-authorityKeyIdentifier`, with tag and length. */
const AUTHORITY_KEY_ID: Buffer = Buffer.from("0603551d23", "hex");
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
const KEY_IDENTIFIER = 0x80;

/**
 * Reads a certificate and checks that it can be used for these names with this key. Its validity is up to the caller.
 * @throws {AcmeError} `bad-certificate`
 */
export function readIssued({ cert, key }: CertificatePair, domains: readonly string[]): IssuedCertificate {
  let certificate;
  let belongs;
  try {
    certificate = new X509Certificate(cert);
    belongs = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new AcmeError("bad-certificate", "the certificate can't be read", { cause });
  }
  if (!belongs) throw new AcmeError("bad-certificate", "the certificate is for another key");
  const missing = domains.find((domain) => certificate.checkHost(domain, { subject: "never" }) === undefined);
  if (missing !== undefined) throw new AcmeError("bad-certificate", `the certificate is not for ${missing}`);
  return {
    cert,
    key,
    domains,
    issuer: /^O=(.*)$/mu.exec(certificate.issuer)?.[1] ?? /^CN=(.*)$/mu.exec(certificate.issuer)?.[1] ?? certificate.issuer,
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    renewalId: renewalIdOf(certificate),
  };
}

/** RFC 9773, 4.1: the authority's key identifier and the serial number, both in base64url. */
function renewalIdOf({ raw, serialNumber }: X509Certificate): string | undefined {
  const keyId = authorityKeyId(raw);
  if (keyId === undefined) return undefined;
  const hex = serialNumber.length % 2 === 0 ? serialNumber : `0${serialNumber}`;
  const serial = Buffer.from(/^[89A-F]/iu.test(hex) ? `00${hex}` : hex, "hex");
  return `${keyId.toString("base64url")}.${serial.toString("base64url")}`;
}

/** The key identifier in the extension (RFC 5280, 4.2.1.1): OCTET STRING, SEQUENCE, [0]. Node doesn't show it. */
function authorityKeyId(raw: Buffer): Buffer | undefined {
  const found = raw.indexOf(AUTHORITY_KEY_ID);
  if (found < 0) return undefined;
  const at = found + AUTHORITY_KEY_ID.length;
  const length = raw[at + 5] ?? 0;
  if (raw[at] !== OCTET_STRING || raw[at + 2] !== SEQUENCE || raw[at + 4] !== KEY_IDENTIFIER || at + 6 + length > raw.length)
    return undefined;
  return raw.subarray(at + 6, at + 6 + length);
}
