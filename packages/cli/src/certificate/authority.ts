import type { KeyObject } from "node:crypto";

export interface CertificateWish {
  /** In ASCII. */
  readonly domains: readonly string[];
  /** The certificate's private key, on P-256. */
  readonly key: KeyObject;
}

/** A CA as the keeper of a certificate sees it. */
export interface Authority {
  /** @returns the certificate and its chain, PEM. @throws {AcmeError}, or the signal's reason */
  obtain(wish: CertificateWish, signal: AbortSignal): Promise<string>;
}
