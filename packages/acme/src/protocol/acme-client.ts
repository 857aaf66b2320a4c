import type { KeyObject } from "node:crypto";
import { AcmeError } from "../acme-error.ts";
import type { AcmeResponse, Exchange } from "./exchange.ts";
import { keyAuthorizationOf, signRequest } from "./jws.ts";
import { parseJson, readProblem, readRetryAfter, responseError } from "./problem.ts";
import {
  type Authorization,
  type Directory,
  type Order,
  readAuthorization,
  readDirectory,
  readOrder,
  readRenewalWindow,
  type RenewalWindow,
} from "./resources.ts";

export interface AcmeClientOptions {
  readonly exchange: Exchange;
  /** URL of the CA's directory. */
  readonly directoryUrl: string;
  /** The account's private key, on P-256. */
  readonly accountKey: KeyObject;
  /** Where the CA writes about the account. @default nowhere */
  readonly email?: string | undefined;
  /** Called with the address of the CA's terms of service before the account is opened, which accepts them. @default ignored */
  readonly onTerms?: (url: string) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** An answer, and when the CA wants to be asked again (milliseconds since 1970). */
export interface Polled<T> {
  readonly value: T;
  readonly retryAt: number | undefined;
}

/** How often a request is sent with another nonce: a CA forgets them when it restarts (RFC 8555, 6.5). */
const NONCE_ATTEMPTS = 4;
/** How long the directory is kept, milliseconds: a CA may move its resources. */
const DIRECTORY_AGE_MS: number = 24 * 60 * 60 * 1000;
const OK = 200;

/** One account's requests to one CA (RFC 8555). Each call throws {@link AcmeError}, or the reason of the signal. */
export class AcmeClient {
  readonly #options: AcmeClientOptions;
  readonly #now: () => number;
  #directory: { readonly value: Directory; readonly readAt: number } | undefined;
  #account: string | undefined;
  /** Unused, from the last response. */
  #nonce: string | undefined;

  constructor(options: AcmeClientOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async directory(signal?: AbortSignal): Promise<Directory> {
    if (this.#directory !== undefined && this.#now() - this.#directory.readAt < DIRECTORY_AGE_MS) return this.#directory.value;
    const response = await this.#options.exchange({ method: "GET", url: this.#options.directoryUrl, signal });
    if (response.status !== OK) throw responseError(response, this.#now());
    const value = readDirectory(parseJson(response.body));
    this.#directory = { value, readAt: this.#now() };
    return value;
  }

  /** Places an order. @param replaces what the CA calls the certificate to be renewed (RFC 9773, 5) */
  async order(
    domains: readonly string[],
    { replaces, signal }: { replaces?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<Order> {
    const { newOrder, renewalInfo } = await this.directory(signal);
    const identifiers = domains.map((value) => ({ type: "dns", value }));
    const known = renewalInfo !== undefined && replaces !== undefined;
    let response = await this.#post(newOrder, { identifiers, ...(known ? { replaces } : {}) }, signal);
    // Renewed before, by a run whose certificate was lost (RFC 9773, 5); or the CA doesn't know it any more.
    if (known && response.status >= 400 && response.status < 429) response = await this.#post(newOrder, { identifiers }, signal);
    const { location } = this.#expectSuccess(response).headers;
    if (location === undefined) throw new AcmeError("ca-failed", "the CA's answer has no location");
    return readOrder(location, parseJson(response.body));
  }

  async orderAt(url: string, signal?: AbortSignal): Promise<Polled<Order>> {
    return this.#poll(url, readOrder, signal);
  }

  async authorizationAt(url: string, signal?: AbortSignal): Promise<Polled<Authorization>> {
    return this.#poll(url, readAuthorization, signal);
  }

  /** Tells the CA that the challenge can be checked (RFC 8555, 7.5.1). */
  async challengeIsReady(url: string, signal?: AbortSignal): Promise<void> {
    this.#expectSuccess(await this.#post(url, {}, signal));
  }

  /** @param request DER */
  async finalize(url: string, request: Uint8Array, signal?: AbortSignal): Promise<void> {
    this.#expectSuccess(await this.#post(url, { csr: Buffer.from(request).toString("base64url") }, signal));
  }

  /** The certificate and its chain, PEM. */
  async certificateAt(url: string, signal?: AbortSignal): Promise<string> {
    return this.#expectSuccess(await this.#post(url, undefined, signal)).body;
  }

  /** When to renew a certificate (RFC 9773, 4). The value is undefined if this CA doesn't say. */
  async renewalWindow(renewalId: string, signal?: AbortSignal): Promise<Polled<RenewalWindow | undefined>> {
    const { renewalInfo } = await this.directory(signal);
    if (renewalInfo === undefined) return { value: undefined, retryAt: undefined };
    const response = await this.#options.exchange({ method: "GET", url: `${renewalInfo.replace(/\/$/u, "")}/${renewalId}`, signal });
    if (response.status !== OK) throw responseError(response, this.#now());
    return { value: readRenewalWindow(parseJson(response.body)), retryAt: readRetryAfter(response.headers, this.#now()) };
  }

  keyAuthorization(token: string): string {
    return keyAuthorizationOf(token, this.#options.accountKey);
  }

  async #poll<T>(url: string, read: (url: string, value: unknown) => T, signal: AbortSignal | undefined): Promise<Polled<T>> {
    const response = this.#expectSuccess(await this.#post(url, undefined, signal));
    return { value: read(url, parseJson(response.body)), retryAt: readRetryAfter(response.headers, this.#now()) };
  }

  async #post(url: string, payload: object | undefined, signal: AbortSignal | undefined): Promise<AcmeResponse> {
    this.#account ??= await this.#openAccount(signal);
    return this.#send(url, payload, this.#account, signal);
  }

  /** Creates the account, or finds the one with this key (RFC 8555, 7.3). @returns its URL */
  async #openAccount(signal: AbortSignal | undefined): Promise<string> {
    const { email } = this.#options;
    const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
    const { newAccount, terms } = await this.directory(signal);
    if (terms !== undefined) this.#options.onTerms?.(terms);
    const response = await this.#send(newAccount, { termsOfServiceAgreed: true, ...contact }, undefined, signal);
    const { location } = this.#expectSuccess(response).headers;
    if (location === undefined) throw new AcmeError("ca-failed", "the CA's answer has no location");
    // An account that existed keeps its address until it is told another one.
    if (response.status === OK && email !== undefined) this.#expectSuccess(await this.#send(location, contact, location, signal));
    return location;
  }

  async #send(
    url: string,
    payload: object | undefined,
    account: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AcmeResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = this.#nonce ?? (await this.#newNonce(signal));
      this.#nonce = undefined;
      const body = signRequest(this.#options.accountKey, { url, nonce, account }, payload);
      const response = await this.#options.exchange({ method: "POST", url, body, signal });
      this.#nonce = nonceOf(response);
      const isStale = response.status === 400 && readProblem(parseJson(response.body)).type === "badNonce";
      if (!isStale || attempt >= NONCE_ATTEMPTS) return response;
    }
  }

  async #newNonce(signal: AbortSignal | undefined): Promise<string> {
    const { newNonce } = await this.directory(signal);
    const response = await this.#options.exchange({ method: "HEAD", url: newNonce, signal });
    const nonce = nonceOf(response);
    if (response.status >= 400) throw responseError(response, this.#now());
    if (nonce === undefined) throw new AcmeError("ca-failed", "the CA gives no nonce");
    return nonce;
  }

  #expectSuccess(response: AcmeResponse): AcmeResponse {
    if (response.status >= 200 && response.status < 300) return response;
    const { type } = readProblem(parseJson(response.body));
    // The CA has forgotten the account: the next attempt opens it again.
    if (type === "accountDoesNotExist") this.#account = undefined;
    throw responseError(response, this.#now());
  }
}

function nonceOf({ headers }: AcmeResponse): string | undefined {
  const nonce = headers["replay-nonce"];
  return typeof nonce === "string" && nonce !== "" ? nonce : undefined;
}
