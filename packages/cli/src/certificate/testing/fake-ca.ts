/* A CA as a function from requests to responses. It checks no signature: the long tests have a real one. */
import { createPublicKey } from "node:crypto";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import type { CaRequest, CaResponse, Send } from "../acme-library.ts";
import { testCertificate } from "./test-certificate.ts";

const ROOT = "https://ca.example";
export const FAKE_DIRECTORY: string = `${ROOT}/directory`;

interface Problem {
  readonly type: string;
  readonly detail: string;
}

export interface FakeCa {
  readonly send: Send;
  /** `METHOD path`, of all requests. */
  readonly requests: string[];
  /** The payloads of new orders. */
  readonly orders: Record<string, unknown>[];
  /** Answers the next request for a path instead of the CA. */
  answerOnce(path: string, response: Partial<CaResponse>): void;
  /** Lets a kind of challenge fail from now on. */
  failChallenges(type: string, problem: Problem): void;
}

/** A CA with one order at a time. @param checks called when a challenge is ready */
export function createFakeCa(checks: (type: string, token: string) => void = () => undefined): FakeCa {
  const requests: string[] = [];
  const orders: Record<string, unknown>[] = [];
  const once = new Map<string, Partial<CaResponse>[]>();
  const failing = new Map<string, Problem>();
  let domains: string[] = [];
  /** The public key of the request, DER. */
  let key: Uint8Array | undefined;
  let tried: { readonly type: string; readonly problem: Problem | undefined } | undefined;
  let nonces = 0;

  const challenges = (): object[] =>
    ["http-01", "tls-alpn-01", "dns-01"].map((type) => ({
      type,
      url: `${ROOT}/challenge/${type}`,
      token: `token-${type}`,
      status: tried?.type === type ? (tried.problem === undefined ? "valid" : "invalid") : "pending",
      ...(tried?.type === type && tried.problem !== undefined ? { error: urn(tried.problem) } : {}),
    }));
  const status = (): string => (tried === undefined ? "pending" : tried.problem === undefined ? "valid" : "invalid");
  const order = (): object => ({
    status: key === undefined ? (status() === "valid" ? "ready" : "pending") : "valid",
    authorizations: [`${ROOT}/authorization`],
    finalize: `${ROOT}/finalize`,
    ...(key === undefined ? {} : { certificate: `${ROOT}/certificate` }),
  });
  const handlers: Record<string, (payload: Record<string, unknown>) => Partial<CaResponse> | Promise<Partial<CaResponse>>> = {
    "/directory": () =>
      json({
        newNonce: `${ROOT}/nonce`,
        newAccount: `${ROOT}/account`,
        newOrder: `${ROOT}/order`,
        meta: { termsOfService: `${ROOT}/terms` },
      }),
    "/nonce": () => ({}),
    "/account": () => ({ ...json({}), status: 201, headers: { location: `${ROOT}/account/1` } }),
    "/order": (payload) => {
      orders.push(payload);
      domains = (payload["identifiers"] as { value: string }[]).map(({ value }) => value);
      [key, tried] = [undefined, undefined];
      return { ...json(order()), status: 201, headers: { location: `${ROOT}/order/1` } };
    },
    "/order/1": () => json(order()),
    "/authorization": () => json({ status: status(), identifier: { type: "dns", value: domains[0] }, challenges: challenges() }),
    "/finalize": ({ csr }) => {
      const request = new Pkcs10CertificateRequest(Buffer.from(String(csr), "base64url"));
      key = new Uint8Array(request.publicKey.rawData);
      return json(order());
    },
    "/certificate": async () => ({ body: key === undefined ? "" : await certify(domains, key) }),
    "/account/1": () => json({}),
  };
  const answer = async ({ url, body }: CaRequest): Promise<Partial<CaResponse>> => {
    const path = new URL(url).pathname;
    const instead = once.get(path)?.shift();
    if (instead !== undefined) return instead;
    const type = /^\/challenge\/(.*)$/u.exec(path)?.[1];
    if (type !== undefined) {
      checks(type, `token-${type}`);
      tried = { type, problem: failing.get(type) };
      return json({});
    }
    return (await handlers[path]?.(payloadOf(body))) ?? { status: 404 };
  };
  return {
    requests,
    orders,
    send: async (request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      const response = await answer(request);
      nonces += 1;
      return { status: 200, body: "", ...response, headers: { "replay-nonce": `nonce-${nonces}`, ...response.headers } };
    },
    answerOnce: (path, response) => void once.set(path, [...(once.get(path) ?? []), response]),
    failChallenges: (type, problem) => void failing.set(type, problem),
  };
}

/** A problem document as a response. */
export function problemResponse(status: number, type: string, detail: string, headers: Record<string, string> = {}): Partial<CaResponse> {
  return { status, headers, body: JSON.stringify(urn({ type, detail })) };
}

async function certify(domains: readonly string[], publicKey: Uint8Array): Promise<string> {
  const key = createPublicKey({ key: Buffer.from(publicKey), type: "spki", format: "der" });
  return testCertificate({ domains, key, validFrom: Date.now() - 1000, validTo: Date.now() + 60_000 });
}

function urn({ type, detail }: Problem): object {
  return { type: `urn:ietf:params:acme:error:${type}`, detail };
}

function json(value: object): Partial<CaResponse> {
  return { body: JSON.stringify(value) };
}

function payloadOf(body: string | undefined): Record<string, unknown> {
  if (body === undefined) return {};
  const { payload } = JSON.parse(body) as { payload: string };
  return payload === "" ? {} : (JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>);
}
