import type { CertificatePair } from "./issued-certificate.ts";

/** Ways to prove control of a name that this computer can answer by itself (RFC 8555, 8.3; RFC 8737). */
export type ChallengeType = "http-01" | "tls-alpn-01";

/** Protocol of a connection that checks a TLS-ALPN-01 challenge (RFC 8737, 4). */
export const ACME_TLS_PROTOCOL = "acme-tls/1";
/** RFC 8555, 8.3 */
const HTTP_FOLDER = "/.well-known/acme-challenge/";

/** The challenges that are open now. The servers read it, and the client of the CA writes it. */
export class ChallengeBoard {
  readonly #byToken = new Map<string, string>();
  readonly #byDomain = new Map<string, CertificatePair>();

  /** @returns a function that removes the challenge */
  postHttp(token: string, keyAuthorization: string): () => void {
    this.#byToken.set(token, keyAuthorization);
    return () => this.#byToken.delete(token);
  }

  /** @returns a function that removes the challenge */
  postTls(domain: string, certificate: CertificatePair): () => void {
    this.#byDomain.set(domain, certificate);
    return () => this.#byDomain.delete(domain);
  }

  /** The answer to a request by http for this path; undefined if it asks for no open challenge. */
  httpAnswer(path: string): string | undefined {
    return path.startsWith(HTTP_FOLDER) ? this.#byToken.get(path.slice(HTTP_FOLDER.length)) : undefined;
  }

  /** The certificate for a connection by {@link ACME_TLS_PROTOCOL}. @param serverName of its Server Name Indication */
  tlsCertificate(serverName: string): CertificatePair | undefined {
    return this.#byDomain.get(serverName.toLowerCase());
  }
}

/** Whether the path is one of challenges, open or not. */
export function isChallengePath(path: string): boolean {
  return path.startsWith(HTTP_FOLDER);
}
