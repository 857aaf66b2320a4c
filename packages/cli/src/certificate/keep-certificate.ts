import { generateKeyPairSync } from "node:crypto";
import { sleep } from "@rangecast/base";
import { AcmeError } from "./acme-error.ts";
import { type IssuedCertificate, readIssued } from "./issued-certificate.ts";
import type { Authority } from "./authority.ts";
import { type CertificateStore, exportKey } from "./certificate-store.ts";
import { nextAttempt, renewalTime } from "./renewal-time.ts";

/** What happens to the certificate. */
export type KeeperEvent =
  /** An order begins; `before` is the certificate that it replaces. */
  | { readonly type: "ordering"; readonly before: IssuedCertificate | undefined }
  /** There is a certificate to be served from now on. `renewsAt` is in milliseconds since 1970. */
  | { readonly type: "certificate"; readonly certificate: IssuedCertificate; readonly from: "ca" | "disk"; readonly renewsAt: number }
  /** None was issued. `before` is the one that is still served, which may have expired. `nextTry` is in milliseconds since 1970. */
  | { readonly type: "failed"; readonly error: AcmeError; readonly before: IssuedCertificate | undefined; readonly nextTry: number }
  /** The certificate is served, but it could not be saved, so a restart will order another one. */
  | { readonly type: "not-saved"; readonly error: unknown };

export interface KeeperOptions {
  /** In ASCII. */
  readonly domains: readonly string[];
  readonly authority: Authority;
  readonly store: CertificateStore;
  readonly onEvent: (event: KeeperEvent) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default base's */
  readonly wait?: typeof sleep;
  /** @default Math.random */
  readonly random?: () => number;
}

/** Longest wait at once, milliseconds: the clock may be set, or the computer may sleep, in the meantime. */
const LONGEST_WAIT_MS: number = 60 * 60 * 1000;

/**
 * Keeps a certificate: uses the saved one, orders the first, renews it when a third of its lifetime is left, and tries again after failures.
 * @throws the signal's reason when it aborts
 */
export async function keepCertificate(options: KeeperOptions, signal: AbortSignal): Promise<never> {
  return new Keeper(options, signal).run();
}

class Keeper {
  readonly #options: Required<KeeperOptions>;
  readonly #signal: AbortSignal;
  #current: IssuedCertificate | undefined;
  #renewsAt = 0;
  #failures = 0;

  constructor(options: KeeperOptions, signal: AbortSignal) {
    this.#options = { now: Date.now, wait: sleep, random: Math.random, ...options };
    this.#signal = signal;
  }

  async run(): Promise<never> {
    const { store, now } = this.#options;
    const saved = await store.certificate();
    if (saved !== undefined) this.#use(saved, "disk");
    await this.#waitOutPause(await store.pausedUntil());
    for (;;) {
      if (this.#renewsAt <= now()) await this.#order();
      else await this.#waitUntil(this.#renewsAt);
    }
  }

  #use(certificate: IssuedCertificate, from: "ca" | "disk"): void {
    this.#current = certificate;
    this.#renewsAt = renewalTime(certificate);
    this.#options.onEvent({ type: "certificate", certificate, from, renewsAt: this.#renewsAt });
  }

  /** A run before this one was told to wait. A certificate that is not due waits anyway. */
  async #waitOutPause(until: number): Promise<void> {
    const { now, onEvent } = this.#options;
    if (until <= now() || this.#renewsAt > now()) return;
    const error = new AcmeError("rate-limited", "the CA told an earlier run to wait", { retryAt: until });
    onEvent({ type: "failed", error, before: this.#current, nextTry: until });
    await this.#waitUntil(until);
  }

  async #order(): Promise<void> {
    const { domains, authority, now, random, onEvent } = this.#options;
    onEvent({ type: "ordering", before: this.#current });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    try {
      const cert = await authority.obtain({ domains, key: privateKey }, this.#signal);
      const certificate = usable(readIssued({ cert, key: exportKey(privateKey) }, domains), now());
      await this.#save(() => this.#options.store.saveCertificate(certificate));
      this.#failures = 0;
      this.#use(certificate, "ca");
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof AcmeError)) throw error;
      this.#failures += 1;
      const nextTry = nextAttempt(error, this.#failures, now(), random());
      if (error.reason === "rate-limited") await this.#save(() => this.#options.store.savePause(nextTry));
      onEvent({ type: "failed", error, before: this.#current, nextTry });
      await this.#waitUntil(nextTry);
    }
  }

  /** A full disk must not cost the certificate. */
  async #save(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#options.onEvent({ type: "not-saved", error });
    }
  }

  async #waitUntil(time: number): Promise<void> {
    const { now, wait } = this.#options;
    for (let left = time - now(); left > 0; left = time - now()) await wait(Math.min(left, LONGEST_WAIT_MS), this.#signal);
  }
}

/** @throws {AcmeError} `bad-certificate` if the certificate is not valid now: then another order would not help */
function usable(certificate: IssuedCertificate, now: number): IssuedCertificate {
  if (now < certificate.validTo && now >= certificate.validFrom) return certificate;
  throw new AcmeError(
    "bad-certificate",
    `the new certificate is valid from ${new Date(certificate.validFrom).toISOString()} to ${new Date(certificate.validTo).toISOString()}, not now`,
  );
}
