import type { AcmeLibrary } from "./acme-library.ts";
import type { CertificatePair } from "./issued-certificate.ts";

/** The certificate that answers a TLS-ALPN-01 challenge (RFC 8737, 3). */
export async function challengeCertificate({ crypto }: AcmeLibrary, domain: string, keyAuthorization: string): Promise<CertificatePair> {
  const identifier = { type: "dns", value: domain };
  const authorization = { identifier, status: "pending", challenges: [], url: "" } as const;
  const [key, cert] = await crypto.createAlpnCertificate(
    { ...authorization, challenges: [] },
    keyAuthorization,
    await crypto.createPrivateEcdsaKey(),
  );
  return { cert: cert.toString(), key: key.toString() };
}

/** A certificate that no browser trusts: a TLS server needs one before it can answer its first challenge. */
export async function placeholderCertificate(library: AcmeLibrary, domain: string): Promise<CertificatePair> {
  return challengeCertificate(library, domain, "");
}
