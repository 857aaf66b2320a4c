import type { KeyObject } from "node:crypto";
import type { Polled } from "../protocol/acme-client.ts";
import type { RenewalWindow } from "../protocol/resources.ts";

export interface CertificateWish {
  /** In ASCII. */
  readonly domains: readonly string[];
  /** The certificate's private key, on P-256. */
  readonly key: KeyObject;
  /** What the CA calls the certificate that this one replaces. */
  readonly replaces?: string | undefined;
}

/** A CA as the keeper of a certificate sees it. Its methods throw {@link AcmeError}, or the reason of the signal. */
export interface Authority {
  /** @returns the certificate and its chain, PEM */
  obtain(wish: CertificateWish, signal: AbortSignal): Promise<string>;
  /** When the CA wants a certificate to be renewed; undefined if it doesn't say. */
  renewalWindow(renewalId: string, signal: AbortSignal): Promise<Polled<RenewalWindow | undefined>>;
}
