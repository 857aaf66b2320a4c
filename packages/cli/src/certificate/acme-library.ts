/* The edge of acme-client: its requests go through an adapter of ours, which ends with a signal and says why a request failed. */
import { Agent } from "node:https";
import { AcmeError } from "./acme-error.ts";
import { parseJson, readProblem, responseError } from "./problem.ts";

/** The library, as a type: it is loaded for a relay with a domain only. */
export type AcmeLibrary = typeof import("acme-client");

export interface CaRequest {
  readonly method: string;
  readonly url: string;
  /** Signed (RFC 8555, 6.2). */
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CaResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Sends one request by https. @throws {AcmeError} `ca-unreachable`, `ca-untrusted`, `ca-failed` */
export type Send = (request: CaRequest) => Promise<CaResponse>;

export interface AcmeLibraryOptions {
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string | undefined;
  /** Ends all requests. */
  readonly signal: AbortSignal;
  /** @default by https */
  readonly send?: Send | undefined;
}

const USER_AGENT = "rangecast";
/** Time limit for a response, milliseconds. CAs answer within a second or two. */
const RESPONSE_TIMEOUT_MS = 30_000;
/** Longest body that is read, bytes: a directory has about 1 KB, a certificate with its chain 6 KB. */
const MAX_BODY_BYTES = 262_144;
/** Errors of OpenSSL's check of a certificate, and Node's check of its name. */
const UNTRUSTED = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/u;
/** What axios calls a response that is too long or none of http's. */
const BAD_RESPONSE = "ERR_BAD_RESPONSE";
/** What axios calls a response that takes too long. */
const TIMED_OUT: ReadonlySet<string> = new Set(["ECONNABORTED", "ETIMEDOUT"]);
/** Statuses from here on are refusals; ACME redirects nothing. */
const REDIRECTS = 300;

/**
 * Loads the library, and sets its requests up for this process. By itself it would repeat a refused request after the CA's `Retry-After` without a limit,
 * lose the type of the CA's problem, and throw a TypeError if the CA can't be reached.
 */
export async function loadAcmeLibrary({ ca, signal, send }: AcmeLibraryOptions): Promise<AcmeLibrary> {
  const library = await import("acme-client");
  const { defaults } = library.axios;
  const exchange = send ?? createSend(library, ca, signal);
  let refusal: AcmeError | undefined;
  defaults.headers.common["User-Agent"] = USER_AGENT;
  defaults.adapter = async (config) => {
    // What the library still does after the program has stopped waits for ever, and holds nothing.
    if (signal.aborted) return new Promise<never>(() => undefined);
    // The library repeats some requests whatever the answer is. A CA that refuses more of them gets none until its time.
    if (refusal?.retryAt !== undefined && Date.now() < refusal.retryAt) throw refusal;
    const { method = "get", url = "", data, headers } = config;
    if (!url.startsWith("https:")) throw new AcmeError("ca-failed", `the CA names an address that isn't https: ${url}`);
    const body = typeof data === "string" ? data : undefined;
    const response = await exchange({ method: method.toUpperCase(), url, body, headers: headers.toJSON() as Record<string, string> });
    // The library repeats a request whose nonce is stale (RFC 8555, 6.5). The errors of this function it passes on as they are.
    if (response.status >= REDIRECTS && !isStaleNonce(response)) {
      const error = responseError(response, Date.now());
      if (error.reason === "rate-limited") refusal = error;
      throw error;
    }
    return {
      status: response.status,
      statusText: "",
      headers: { ...response.headers } as Record<string, string>,
      data: response.body,
      config,
    };
  };
  return library;
}

function isStaleNonce({ status, body }: CaResponse): boolean {
  return status === 400 && readProblem(parseJson(body)).type === "badNonce";
}

/** A connection of its own for each request: there are a dozen a month. */
function createSend({ axios }: AcmeLibrary, ca: string | undefined, signal: AbortSignal): Send {
  const plain = axios.create({
    adapter: "http",
    httpsAgent: new Agent({ keepAlive: false, ...(ca === undefined ? {} : { ca }) }),
    proxy: false,
    maxRedirects: 0,
    timeout: RESPONSE_TIMEOUT_MS,
    maxContentLength: MAX_BODY_BYTES,
    validateStatus: null,
    responseType: "text",
    transformRequest: [],
    transformResponse: [],
    signal,
  });
  return async ({ method, url, body, headers }) => {
    try {
      const response = await plain.request<string>({ method, url, data: body, headers });
      return { status: response.status, headers: Object.fromEntries(Object.entries(response.headers)), body: response.data };
    } catch (error) {
      throw failure(new URL(url).host, error);
    }
  };
}

function failure(host: string, cause: unknown): AcmeError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === BAD_RESPONSE) return new AcmeError("ca-failed", `the answer of ${host} is too long, or damaged`, { cause });
  if (TIMED_OUT.has(code)) return new AcmeError("ca-unreachable", `${host}: no answer in ${RESPONSE_TIMEOUT_MS / 1000} seconds`, { cause });
  return new AcmeError(UNTRUSTED.test(code) ? "ca-untrusted" : "ca-unreachable", `${host}: ${code || "the connection failed"}`, { cause });
}
