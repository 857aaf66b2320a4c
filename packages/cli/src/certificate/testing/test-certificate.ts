import { createPublicKey, KeyObject, webcrypto } from "node:crypto";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { exportKey } from "../certificate-store.ts";
import type { CertificatePair } from "../issued-certificate.ts";

export interface TestCertificateOptions {
  readonly domains: readonly string[];
  /** The certified key, public or private, on P-256. */
  readonly key: KeyObject;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  /** Milliseconds since 1970. */
  readonly validTo: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const issuer: Promise<webcrypto.CryptoKeyPair> = webcrypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);

/** A certificate as a CA issues it, PEM. */
export async function testCertificate({ domains, key, validFrom, validTo }: TestCertificateOptions): Promise<string> {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const spki = publicKey.export({ type: "spki", format: "der" });
  const certificate = await X509CertificateGenerator.create({
    issuer: "CN=Test CA",
    subject: "",
    notBefore: new Date(validFrom),
    notAfter: new Date(validTo),
    publicKey: await webcrypto.subtle.importKey("spki", spki, ALGORITHM, true, ["verify"]),
    signingKey: (await issuer).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension(domains.map((value) => ({ type: "dns", value })))],
  });
  return certificate.toString("pem");
}

/** A certificate that is trusted if it is named as a CA, PEM. */
export async function selfSignedCertificate(domain: string): Promise<CertificatePair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${domain}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: domain }])],
  });
  return { cert: certificate.toString("pem"), key: exportKey(KeyObject.from(keys.privateKey)) };
}
