/* What the CA answers instead of what was asked for: problem documents (RFC 8555, 6.7; RFC 7807). */
import { AcmeError, type AcmeErrorReason } from "./acme-error.ts";
import type { CaResponse } from "./acme-library.ts";

export interface Problem {
  /** The part after `urn:ietf:params:acme:error:`. */
  readonly type: string;
  /** The CA's explanation, for people. */
  readonly detail: string;
}

const PREFIX = "urn:ietf:params:acme:error:";
/** Longest explanation that is kept, characters. */
const MAX_DETAIL = 300;
/** Longest `Retry-After` that is taken seriously, milliseconds: eight days, as the longest limits of CAs are weekly. */
const MAX_RETRY_AFTER_MS: number = 8 * 24 * 60 * 60 * 1000;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERRORS = 500;

const REASONS: Readonly<Record<string, AcmeErrorReason>> = {
  dns: "name-unresolved",
  connection: "name-unreachable",
  unauthorized: "wrong-answer",
  incorrectResponse: "wrong-answer",
  tls: "wrong-answer",
  caa: "caa-forbids",
  rejectedIdentifier: "name-rejected",
  unsupportedIdentifier: "name-rejected",
  rateLimited: "rate-limited",
  invalidContact: "email-rejected",
  unsupportedContact: "email-rejected",
  externalAccountRequired: "account-required",
  userActionRequired: "account-required",
  serverInternal: "ca-failed",
};

/** Reads a problem; with subproblems (RFC 8555, 6.7.1) the first of them, which names what is wrong. Nothing in it is trusted to be there. */
export function readProblem(value: unknown): Problem {
  if (typeof value !== "object" || value === null) return { type: "", detail: "" };
  const { type, detail, subproblems } = value as Record<string, unknown>;
  const first: unknown = Array.isArray(subproblems) ? subproblems[0] : undefined;
  if (type === `${PREFIX}compound` && first !== undefined) return readProblem(first);
  return {
    type: typeof type === "string" && type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "",
    detail: typeof detail === "string" ? detail.slice(0, MAX_DETAIL) : "",
  };
}

/** Some CAs, such as Pebble, call a name that they can't look up malformed. */
const NOT_RESOLVED = /\b(?:could not resolve|while resolving|NXDOMAIN|SERVFAIL)\b/iu;

/** The error for a problem that an authorization or an order has. */
export function problemError(problem: Problem, options: { readonly retryAt?: number | undefined } = {}): AcmeError {
  const isUnresolved = problem.type === "malformed" && NOT_RESOLVED.test(problem.detail);
  const reason = isUnresolved ? "name-unresolved" : (REASONS[problem.type] ?? "refused");
  return new AcmeError(reason, problem.detail || problem.type || "the CA gives no reason", options);
}

/** The error for a response that refuses a request. @param now milliseconds since 1970 */
export function responseError({ status, headers, body }: CaResponse, now: number): AcmeError {
  const problem = readProblem(parseJson(body));
  const retryAt = readRetryAfter(headers, now);
  if (status === TOO_MANY_REQUESTS) return new AcmeError("rate-limited", problem.detail || "the CA answers 429", { retryAt });
  if (status >= SERVER_ERRORS) return new AcmeError("ca-failed", problem.detail || `the CA answers ${status}`, { retryAt });
  if (problem.type === "") return new AcmeError("ca-failed", `the CA answers ${status}`, { retryAt });
  return problemError(problem, { retryAt });
}

/** `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3). @returns milliseconds since 1970 */
export function readRetryAfter(headers: CaResponse["headers"], now: number): number | undefined {
  const value = headers["retry-after"];
  const text = typeof value === "string" ? value.trim() : "";
  const at = /^\d{1,9}$/u.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at, now), now + MAX_RETRY_AFTER_MS);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
