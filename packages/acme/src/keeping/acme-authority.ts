import { sleep } from "@rangecast/base";
import { AcmeError, type AcmeErrorReason } from "../acme-error.ts";
import { createCertificateRequest } from "../certificates/certificate-request.ts";
import type { ChallengeBoard, ChallengeType } from "../challenges/challenge-board.ts";
import type { AcmeClient, Polled } from "../protocol/acme-client.ts";
import { problemError } from "../protocol/problem.ts";
import type { Authorization, Challenge, Order } from "../protocol/resources.ts";
import type { Authority, CertificateWish } from "./authority.ts";

export interface AcmeAuthorityOptions {
  readonly client: AcmeClient;
  readonly board: ChallengeBoard;
  /** The challenges that can be answered at the moment, the best first. */
  readonly types: () => readonly ChallengeType[];
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default base's */
  readonly wait?: typeof sleep;
}

/** First and longest pause between two looks at a check or an order, milliseconds; the CA's `Retry-After` lengthens one. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Time limit for one check, and for issuing, milliseconds: CAs need seconds, and look from several networks. */
const PATIENCE_MS = 120_000;

/** What another kind of challenge may get around, such as a closed port. */
const WORTH_ANOTHER_TYPE: ReadonlySet<AcmeErrorReason> = new Set(["name-unreachable", "wrong-answer", "no-challenge", "timed-out"]);

/** Orders certificates by ACME (RFC 8555, 7.4). */
export function createAcmeAuthority(options: AcmeAuthorityOptions): Authority {
  return {
    obtain: (wish, signal) => tryEachType(options, wish, signal),
    renewalWindow: (renewalId, signal) => options.client.renewalWindow(renewalId, signal),
  };
}

/** One order for each kind of challenge, until one succeeds: an order that failed can't be used again (RFC 8555, 7.1.6). */
async function tryEachType(options: AcmeAuthorityOptions, wish: CertificateWish, signal: AbortSignal): Promise<string> {
  let first: unknown;
  for (const type of options.types()) {
    try {
      return await obtainBy(type, options, wish, signal);
    } catch (error) {
      first ??= error;
      if (!(error instanceof AcmeError && WORTH_ANOTHER_TYPE.has(error.reason))) throw error;
    }
  }
  throw first ?? new AcmeError("no-challenge", "neither the port for http nor the one for https is open here");
}

async function obtainBy(type: ChallengeType, options: AcmeAuthorityOptions, wish: CertificateWish, signal: AbortSignal): Promise<string> {
  const { client } = options;
  const order = await client.order(wish.domains, { replaces: wish.replaces, signal });
  for (const url of order.authorizations) await authorize(url, type, options, signal);
  // The CA makes an order ready some time after its last check.
  await poll(options, signal, () => client.orderAt(order.url, signal), isNot("pending"));
  await client.finalize(order.finalize, createCertificateRequest(wish.key, wish.domains), signal);
  const { certificate } = await poll(options, signal, () => client.orderAt(order.url, signal), isNot("ready", "processing"));
  if (certificate === undefined) throw new AcmeError("ca-failed", "the CA's order has no certificate");
  return client.certificateAt(certificate, signal);
}

async function authorize(url: string, type: ChallengeType, options: AcmeAuthorityOptions, signal: AbortSignal): Promise<void> {
  const { client, board } = options;
  const { value: authorization } = await client.authorizationAt(url, signal);
  // Proved in an earlier order.
  if (authorization.status === "valid") return;
  const challenge = challengeOf(authorization, type);
  const { token } = challenge;
  const remove = board.post({ type, domain: authorization.domain, token, keyAuthorization: client.keyAuthorization(token) });
  try {
    await client.challengeIsReady(challenge.url, signal);
    await poll(options, signal, () => client.authorizationAt(url, signal), isNot("pending"));
  } finally {
    remove();
  }
}

function challengeOf({ domain, challenges }: Authorization, type: ChallengeType): Challenge {
  const challenge = challenges.find((one) => one.type === type);
  // A token goes into a path; it consists of base64url's characters (RFC 8555, 8.3).
  if (challenge === undefined || !/^[\w-]{1,256}$/u.test(challenge.token)) {
    throw new AcmeError("no-challenge", `the CA does not offer ${type} for ${domain}`);
  }
  return challenge;
}

const isNot =
  (...statuses: readonly string[]) =>
  ({ status }: { readonly status: string }): boolean =>
    !statuses.includes(status);

/** Asks until it is done. @throws {AcmeError} the problem, if the CA ended it; `timed-out` */
async function poll<T extends Order | Authorization>(
  { now = Date.now, wait = sleep }: AcmeAuthorityOptions,
  signal: AbortSignal,
  ask: () => Promise<Polled<T>>,
  isDone: (value: T) => boolean,
): Promise<T> {
  const until = now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const { value, retryAt = 0 } = await ask();
    if (["invalid", "expired", "revoked", "deactivated"].includes(value.status)) throw problemError(problemOf(value));
    if (isDone(value)) return value;
    const next = Math.max(now() + pauseMs, retryAt);
    if (next > until) throw new AcmeError("timed-out", `the CA was not done after ${PATIENCE_MS / 1000} seconds`);
    await wait(next - now(), signal);
  }
}

function problemOf(value: Order | Authorization): Order["problem"] {
  if ("problem" in value) return value.problem;
  return value.challenges.find(({ status }) => status === "invalid")?.problem ?? { type: "", detail: "" };
}
