import type { Context } from "hono";
import { RETRY_LATER_MS } from "../limits.ts";
import type { OpenSink } from "../events/stream-sink.ts";
import { REFUSAL_STATUS, RelayError, type RefusalReason } from "./relay-error.ts";

/** What a server passes to the handler besides the request. */
export interface RequestContext {
  /** The socket's remote address. Without it all clients share the caps of one address. */
  readonly address?: string | undefined;
  /** Begins an event stream's response in a way that is cheaper for the server than a web stream. @default a web stream as the body */
  readonly openSink?: OpenSink | undefined;
}

export interface RelayEnv {
  readonly Bindings: RequestContext;
  readonly Variables: {
    /** The client's bucket ({@link clientBucket}), under which its caps are counted. */
    address: string;
  };
}

export type RelayContext = Context<RelayEnv>;

const SECOND_MS = 1000;
const JSON_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: JSON_HEADERS });
}

/** The response to a refused request: `{"error", "message"}`. */
export function refusal(error: RelayError): Response {
  const status = REFUSAL_STATUS[error.reason as RefusalReason] ?? REFUSAL_STATUS.internal;
  const response = json({ error: error.reason, message: error.message }, status);
  const retryAfterMs = error.retryAfterMs ?? (status === 429 || status === 503 ? RETRY_LATER_MS : undefined);
  if (retryAfterMs !== undefined) {
    response.headers.set("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / SECOND_MS))));
  }
  return response;
}
