import { createPrivateKey, X509Certificate } from "node:crypto";
import { AcmeError } from "./acme-error.ts";

/** A certificate with its private key, as PEM texts. */
export interface CertificatePair {
  /** The server's own certificate first. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate of a CA, with what is read from it. */
export interface IssuedCertificate extends CertificatePair {
  readonly domains: readonly string[];
  /** Who issued it, for people. */
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  /** Milliseconds since 1970. */
  readonly validTo: number;
}

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
  };
}
