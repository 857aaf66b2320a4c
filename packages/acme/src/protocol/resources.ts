/* The CA's resources (RFC 8555, 7.1), read from its answers. Nothing in them is trusted to be there. */
import { AcmeError } from "../acme-error.ts";
import { type Problem, readProblem } from "./problem.ts";

export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  /** RFC 9773, 3 */
  readonly renewalInfo: string | undefined;
  /** Where the terms of service are. */
  readonly terms: string | undefined;
}

export interface Order {
  readonly url: string;
  readonly status: string;
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate: string | undefined;
  readonly problem: Problem;
}

export interface Authorization {
  readonly url: string;
  readonly status: string;
  readonly domain: string;
  readonly challenges: readonly Challenge[];
}

export interface Challenge {
  readonly type: string;
  readonly url: string;
  readonly token: string;
  readonly status: string;
  readonly problem: Problem;
}

/** When the CA wants a certificate to be renewed (RFC 9773, 4.2), milliseconds since 1970. */
export interface RenewalWindow {
  readonly start: number;
  readonly end: number;
}

/** At most as many authorizations or challenges are looked at. */
const MAX_ENTRIES = 100;

export function readDirectory(value: unknown): Directory {
  const directory = fields(value);
  const terms = fields(directory["meta"] ?? {})["termsOfService"];
  return {
    newNonce: text(directory, "newNonce"),
    newAccount: text(directory, "newAccount"),
    newOrder: text(directory, "newOrder"),
    renewalInfo: optionalText(directory["renewalInfo"]),
    terms: optionalText(terms),
  };
}

export function readOrder(url: string, value: unknown): Order {
  const order = fields(value);
  return {
    url,
    status: text(order, "status"),
    authorizations: list(order["authorizations"]).map((entry) => optionalText(entry) ?? missing("authorizations")),
    finalize: text(order, "finalize"),
    certificate: optionalText(order["certificate"]),
    problem: readProblem(order["error"]),
  };
}

export function readAuthorization(url: string, value: unknown): Authorization {
  const authorization = fields(value);
  return {
    url,
    status: text(authorization, "status"),
    domain: text(fields(authorization["identifier"]), "value"),
    challenges: list(authorization["challenges"]).map((entry) => {
      const challenge = fields(entry);
      return {
        type: text(challenge, "type"),
        url: text(challenge, "url"),
        token: optionalText(challenge["token"]) ?? "",
        status: optionalText(challenge["status"]) ?? "",
        problem: readProblem(challenge["error"]),
      };
    }),
  };
}

/** @returns undefined if it is not a window of time */
export function readRenewalWindow(value: unknown): RenewalWindow | undefined {
  const { start, end } = fields(fields(value)["suggestedWindow"]);
  const window = { start: Date.parse(String(start)), end: Date.parse(String(end)) };
  return window.end >= window.start ? window : undefined;
}

function fields(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw new AcmeError("ca-failed", "the CA's answer is not ACME's");
  return value as Record<string, unknown>;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [];
}

function text(from: Record<string, unknown>, field: string): string {
  return optionalText(from[field]) ?? missing(field);
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function missing(field: string): never {
  throw new AcmeError("ca-failed", `the CA's answer has no ${field}`);
}
