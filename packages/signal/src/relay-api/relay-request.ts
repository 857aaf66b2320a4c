import { abortable, withDeadline } from "@rangecast/base";
import { parseJson } from "../encoding/json.ts";
import { readChunks } from "./read-events.ts";
import { errorOfAnswer } from "./relay-failure.ts";
import { SignalError } from "./signal-error.ts";

/** How long a relay may take to respond, milliseconds: many round trips on a bad link, and short enough for a retry within the 30 s of a session's start. */
export const ANSWER_TIMEOUT_MS = 10_000;
/** Largest JSON response that is read, bytes. The largest real one, with 16 ICE servers, has a few thousand. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface RelayRequest {
  readonly fetch: typeof fetch | undefined;
  readonly url: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Bearer key or token. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal | undefined;
  /** Time limit, milliseconds. @default ANSWER_TIMEOUT_MS */
  readonly answerMs?: number;
}

/**
 * Sends a request and reads the whole response within the time limit. @returns the response's JSON; undefined if its body is empty
 * @throws {SignalError} for each status but 2xx, `unreachable`, `bad-answer`; the signal's reason when it aborts
 */
export function requestJson(request: RelayRequest): Promise<unknown> {
  return inTime(request, async (signal) => {
    const response = await send({ ...request, signal });
    const text = await readText(response, signal);
    if (!response.ok) throw errorOfAnswer(response, text);
    const json = parseJson(text);
    if (json === undefined && text !== "")
      throw new SignalError("bad-answer", "the relay's response is not JSON", { status: response.status });
    return json;
  });
}

/**
 * Opens an event stream. @returns the response as soon as its head has arrived, within the time limit
 * @throws {SignalError} as {@link requestJson} does
 */
export async function openEventStream(request: RelayRequest): Promise<Response> {
  return inTime(request, async (signal) => {
    const response = await send({ ...request, signal });
    if (!response.ok) throw errorOfAnswer(response, await readText(response, signal));
    if (response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === "text/event-stream") return response;
    discard(response);
    throw new SignalError("bad-answer", "the relay's response is not an event stream", { status: response.status });
  });
}

async function send({ fetch: use = fetch, url, method, key, headers, body, signal }: RelayRequest): Promise<Response> {
  const pending = use(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  // A response that arrives after the abort is not used: release its connection.
  pending.then((response) => signal?.aborted && discard(response)).catch(() => undefined);
  try {
    return await abortable(pending, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new SignalError("unreachable", "the relay can't be reached", { cause: error });
  }
}

/** Reads the whole body, up to the cap, so that the connection can be reused. */
async function readText(response: Response, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of readChunks(response, { signal })) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new SignalError("bad-answer", `the relay's response is over ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

function inTime<T>({ signal, answerMs = ANSWER_TIMEOUT_MS }: RelayRequest, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const tooSlow = (): SignalError => new SignalError("unreachable", `the relay did not respond within ${answerMs} ms`);
  return withDeadline(answerMs, signal, tooSlow, task);
}
