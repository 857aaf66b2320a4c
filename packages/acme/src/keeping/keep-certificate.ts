import { generateKeyPairSync } from "node:crypto";
import { sleep } from "@rangecast/base";
import { AcmeError } from "../acme-error.ts";
import { type IssuedCertificate, readIssued } from "../certificates/issued-certificate.ts";
import type { Authority } from "./authority.ts";
import { type CertificateStore, exportKey } from "./certificate-store.ts";
import { nextAttempt, renewalTime, timeInWindow } from "./renewal-time.ts";

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
/** How often the CA is asked for its renewal window if it doesn't say, milliseconds (RFC 9773, 4.3.3, suggests six hours). */
const WINDOW_INTERVAL_MS: number = 6 * 60 * 60 * 1000;
/** A window renews no certificate that was received less than this ago, milliseconds: a CA whose windows are wrong must not make a loop of orders. */
const MIN_AGE_MS: number = 60 * 60 * 1000;

/**
 * Keeps a certificate: uses the saved one, orders the first, renews it when a third of its lifetime is left or when the CA says, and tries again after failures.
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
  #askWindowAt = 0;
  #receivedAt = Number.NEGATIVE_INFINITY;
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
      else {
        await this.#askWindow();
        await this.#waitUntil(Math.min(this.#renewsAt, now() + LONGEST_WAIT_MS));
      }
    }
  }

  #use(certificate: IssuedCertificate, from: "ca" | "disk"): void {
    this.#current = certificate;
    this.#renewsAt = renewalTime(certificate);
    this.#askWindowAt = 0;
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
      const cert = await authority.obtain({ domains, key: privateKey, replaces: this.#current?.renewalId }, this.#signal);
      const certificate = usable(readIssued({ cert, key: exportKey(privateKey) }, domains), now());
      await this.#save(() => this.#options.store.saveCertificate(certificate));
      this.#failures = 0;
      this.#receivedAt = now();
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

  /** Renews sooner if the CA wants it, for example because it will revoke the certificate (RFC 9773). */
  async #askWindow(): Promise<void> {
    const { authority, now, random } = this.#options;
    const renewalId = this.#current?.renewalId;
    if (renewalId === undefined || now() < this.#askWindowAt) return;
    this.#askWindowAt = now() + WINDOW_INTERVAL_MS;
    try {
      const { value, retryAt } = await authority.renewalWindow(renewalId, this.#signal);
      if (retryAt !== undefined) this.#askWindowAt = Math.max(retryAt, now() + LONGEST_WAIT_MS);
      if (value === undefined) return;
      const wished = Math.max(timeInWindow(value, random()), this.#receivedAt + MIN_AGE_MS);
      this.#renewsAt = Math.min(this.#renewsAt, wished);
    } catch (error) {
      this.#signal.throwIfAborted();
      // The certificate is renewed by its lifetime then.
      if (!(error instanceof AcmeError)) throw error;
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
