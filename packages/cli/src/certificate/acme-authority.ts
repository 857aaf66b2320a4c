import type { KeyObject } from "node:crypto";
import type { Authorization, Client, Order } from "acme-client";
import { abortable } from "@rangecast/base";
import * as v from "valibot";
import { AcmeError, type AcmeErrorReason } from "./acme-error.ts";
import type { AcmeLibrary } from "./acme-library.ts";
import type { Authority, CertificateWish } from "./authority.ts";
import { exportKey } from "./certificate-store.ts";
import { challengeCertificate } from "./challenge-certificate.ts";
import type { ChallengeBoard, ChallengeType } from "./challenge-board.ts";
import { problemError, readProblem } from "./problem.ts";

export interface AcmeAuthorityOptions {
  readonly library: AcmeLibrary;
  /** URL of the CA's directory. */
  readonly directoryUrl: string;
  /** The account's private key, on P-256. */
  readonly accountKey: KeyObject;
  /** Where the CA writes about the account. @default nowhere */
  readonly email?: string | undefined;
  /** Called once with the address of the CA's terms of service, before they are accepted. @default ignored */
  readonly onTerms?: (url: string) => void;
  readonly board: ChallengeBoard;
  /** The challenges that can be answered at the moment, the best first. */
  readonly types: () => readonly ChallengeType[];
  /** Number of looks at a check or an order. @default 60: two minutes. CAs need seconds, and look from several networks */
  readonly looks?: number;
}

/** First and longest pause between two looks at a check or an order, milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2000;
const LOOKS = 60;

/** What another kind of challenge may get around, such as a closed port. */
const WORTH_ANOTHER_TYPE: ReadonlySet<AcmeErrorReason> = new Set(["name-unreachable", "wrong-answer", "no-challenge", "timed-out"]);

/** What is used of an authorization. The library checks nothing of the CA's answers. A token goes into a path: base64url's characters (RFC 8555, 8.3). */
const AuthorizationSchema = v.object({
  status: v.string(),
  identifier: v.object({ value: v.string() }),
  challenges: v.array(v.looseObject({ type: v.string(), url: v.string(), status: v.optional(v.string()), error: v.optional(v.unknown()) })),
});
const TOKEN = /^[\w-]{1,256}$/u;

/** Orders certificates by ACME (RFC 8555, 7.4). */
export function createAcmeAuthority(options: AcmeAuthorityOptions): Authority {
  let terms: string | undefined;
  const onTerms = (url: string): void => {
    if (url !== terms) options.onTerms?.(url);
    terms = url;
  };
  return { obtain: (wish, signal) => new Ordering({ ...options, onTerms }, wish, signal).run() };
}

/** One certificate's orders. */
class Ordering {
  readonly #options: AcmeAuthorityOptions;
  readonly #wish: CertificateWish;
  readonly #signal: AbortSignal;
  readonly #client: Client;

  constructor(options: AcmeAuthorityOptions, wish: CertificateWish, signal: AbortSignal) {
    const { library, directoryUrl, accountKey, looks = LOOKS } = options;
    this.#options = options;
    this.#wish = wish;
    this.#signal = signal;
    this.#client = new library.Client({
      directoryUrl,
      accountKey: exportKey(accountKey),
      backoffAttempts: looks,
      backoffMin: FIRST_PAUSE_MS,
      backoffMax: LONGEST_PAUSE_MS,
    });
  }

  /** One order for each kind of challenge, until one succeeds: an order that failed can't be used again (RFC 8555, 7.1.6). */
  async run(): Promise<string> {
    const types = this.#options.types();
    if (types.length > 0) await this.#openAccount();
    let first: unknown;
    for (const type of types) {
      try {
        return await this.#orderBy(type);
      } catch (error) {
        first ??= error;
        if (!(error instanceof AcmeError && WORTH_ANOTHER_TYPE.has(error.reason))) throw error;
      }
    }
    throw first ?? new AcmeError("no-challenge", "neither the port for http nor the one for https is open here");
  }

  /** Creates the account, or finds the one with this key and tells it the e-mail address. */
  async #openAccount(): Promise<void> {
    const { email, onTerms } = this.#options;
    const terms: unknown = await this.#ask(this.#client.getTermsOfServiceUrl());
    if (typeof terms === "string") onTerms?.(terms);
    // An account that exists is updated; an update without any contact, not even an empty list, is refused by some CAs, such as Pebble.
    const contact = email === undefined ? [] : [`mailto:${email}`];
    await this.#ask(this.#client.createAccount({ termsOfServiceAgreed: true, contact }));
  }

  async #orderBy(type: ChallengeType): Promise<string> {
    const { domains, key } = this.#wish;
    const identifiers = domains.map((value) => ({ type: "dns", value }));
    const order = await this.#ask(this.#client.createOrder({ identifiers }));
    for (const authorization of await this.#ask(this.#client.getAuthorizations(order))) await this.#authorize(authorization, type);
    // The CA makes an order ready some time after its last check.
    await this.#untilValid(order);
    const [, request] = await this.#options.library.crypto.createCsr({ altNames: [...domains] }, exportKey(key));
    const finalized = await this.#ask(this.#client.finalizeOrder(order, request));
    return this.#ask(this.#client.getCertificate(await this.#untilValid(finalized)));
  }

  async #authorize(authorization: Authorization, type: ChallengeType): Promise<void> {
    const { status, identifier, challenges } = readAuthorization(authorization);
    // Proved in an earlier order.
    if (status === "valid") return;
    const challenge = authorization.challenges[challenges.findIndex((one) => one.type === type)];
    if (challenge === undefined || !TOKEN.test(challenge.token))
      throw new AcmeError("no-challenge", `the CA does not offer ${type} for ${identifier.value}`);
    const remove = await this.#post(type, identifier.value, challenge.token, await this.#client.getChallengeKeyAuthorization(challenge));
    try {
      await this.#ask(this.#client.completeChallenge(challenge));
      await this.#untilValid(authorization);
    } finally {
      remove();
    }
  }

  async #post(type: ChallengeType, domain: string, token: string, keyAuthorization: string): Promise<() => void> {
    const { board, library } = this.#options;
    if (type === "http-01") return board.postHttp(token, keyAuthorization);
    return board.postTls(domain, await challengeCertificate(library, domain, keyAuthorization));
  }

  /** @throws {AcmeError} the CA's problem if it ended the order or the authorization; `timed-out` */
  async #untilValid<T extends Order | Authorization>(item: T): Promise<T> {
    try {
      return await abortable(this.#client.waitForValidStatus(item), this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof AcmeError) throw error;
      // The library's message has no type. The order or authorization has it.
      const { status, problem } = await this.#look(item);
      if (status === "pending" || status === "processing")
        throw new AcmeError("timed-out", "the CA was not done in time", { cause: error });
      throw problemError(readProblem(problem));
    }
  }

  async #look(item: Order | Authorization): Promise<{ readonly status: string; readonly problem: unknown }> {
    if ("finalize" in item) {
      const { status, error } = await this.#ask(this.#client.getOrder(item));
      return { status, problem: error };
    }
    const [authorization] = await this.#ask(this.#client.getAuthorizations({ authorizations: [item.url] } as Order));
    const { status, challenges } = readAuthorization(authorization);
    return { status, problem: challenges.find((challenge) => challenge.status === "invalid")?.error };
  }

  /** A result of the library. It can't be cancelled, so it is left alone when the signal aborts. What it throws itself is about the CA's answers. */
  async #ask<T>(result: Promise<T>): Promise<T> {
    try {
      return await abortable(result, this.#signal);
    } catch (cause) {
      this.#signal.throwIfAborted();
      if (cause instanceof AcmeError) throw cause;
      throw new AcmeError("ca-failed", `the CA's answer is not ACME's: ${cause instanceof Error ? cause.message : ""}`, { cause });
    }
  }
}

function readAuthorization(value: unknown): v.InferOutput<typeof AuthorizationSchema> {
  const result = v.safeParse(AuthorizationSchema, value);
  if (result.success) return result.output;
  throw new AcmeError("ca-failed", `the CA's authorization is not ACME's: ${result.issues[0].message}`);
}
