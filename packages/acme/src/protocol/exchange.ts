/* Requests to the CA over https, with a CA file of its own, limits of time and size, and a signal: `fetch` takes no CA file. */
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { AcmeError } from "../acme-error.ts";

export interface AcmeRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  /** A signed body (RFC 8555, 6.2). */
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AcmeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request. @throws {AcmeError} `ca-unreachable`, `ca-untrusted`, `ca-failed`; or the signal's reason */
export type Exchange = (request: AcmeRequest) => Promise<AcmeResponse>;

/** Time limit for a response, milliseconds. CAs answer within a second or two. */
const RESPONSE_TIMEOUT_MS = 30_000;
/** Longest body that is read, bytes: a directory has about 1 KB, a certificate with its chain 6 KB. */
const MAX_BODY_BYTES = 262_144;
/** Errors of OpenSSL's check of a certificate, and Node's check of its name. */
const UNTRUSTED = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/u;

/** @param ca certificates to trust instead of the system's, PEM */
export function createExchange({ ca, userAgent }: { readonly ca?: string | undefined; readonly userAgent: string }): Exchange {
  return async ({ method, url, body, signal }) => {
    if (!url.startsWith("https:")) throw new AcmeError("ca-failed", `the CA names an address that isn't https: ${url}`);
    const limit = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
    try {
      return await send(new URL(url), {
        method,
        body,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ca,
        headers: { "user-agent": userAgent, ...(body === undefined ? {} : { "content-type": "application/jose+json" }) },
      });
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof AcmeError) throw cause;
      throw failure(new URL(url).host, cause, limit.aborted);
    }
  };
}

interface Sending {
  readonly method: string;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
  readonly ca: string | undefined;
  readonly headers: Record<string, string>;
}

function send(url: URL, { method, body, signal, ca, headers }: Sending): Promise<AcmeResponse> {
  return new Promise((resolve, reject) => {
    // A connection of its own for each: there are a dozen requests a month.
    const outgoing = request(url, { method, headers, signal, agent: false, ...(ca === undefined ? {} : { ca }) }, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) outgoing.destroy(new AcmeError("ca-failed", `the CA's answer is longer than ${MAX_BODY_BYTES} bytes`));
        else chunks.push(chunk);
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function failure(host: string, cause: unknown, isLate: boolean): AcmeError {
  if (isLate) return new AcmeError("ca-unreachable", `${host}: no answer in ${RESPONSE_TIMEOUT_MS / 1000} seconds`, { cause });
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return new AcmeError(UNTRUSTED.test(code) ? "ca-untrusted" : "ca-unreachable", `${host}: ${code || "the connection failed"}`, { cause });
}
