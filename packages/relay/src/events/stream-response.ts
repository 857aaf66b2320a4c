import { limitRate } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { EventStream, type StreamReader, type StreamSource } from "./event-stream.ts";
import type { RelayContext } from "../http/http.ts";
import { keys } from "../store/keys.ts";
import { OPENS_WINDOW_MS, type RelayLimits } from "../limits.ts";
import { lastEventIdOf } from "./sse-format.ts";
import { openBody, type OpenSink, type SinkEvents, type StreamSink } from "./stream-sink.ts";
import type { Streams } from "./streams.ts";

const SSE_HEADERS = {
  "content-type": "text/event-stream",
  // `no-transform` stops proxies that compress, `X-Accel-Buffering: no` stops nginx from buffering events.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
} as const;

const SECOND_MS = 1000;
const POLL_SECONDS = /^\d{1,2}$/;

/** The headers of an event stream's response, added to those that the response already has. */
export function eventStreamHeaders(c: RelayContext): Headers {
  const headers = new Headers(c.res.headers);
  for (const [name, value] of Object.entries(SSE_HEADERS)) {
    headers.set(name, value);
  }
  return headers;
}

/**
 * Responds with an event stream, or with a long poll.
 * @param pollMs see {@link StreamReader}
 * @throws {RelayError} `busy`, `full`
 */
export async function streamResponse(
  c: RelayContext,
  core: RelayCore,
  streams: Streams,
  source: StreamSource,
  pollMs?: number,
): Promise<Response> {
  const { store, limits } = core;
  await limitRate(store, keys.streamOpens(source.log, source.role), limits.streamOpens, OPENS_WINDOW_MS, "openings of this event stream");
  const headers = eventStreamHeaders(c);
  // Copied out of the context: a stream that references the context takes twice the memory.
  const reader = { after: lastEventIdOf(c.req.raw), pollMs };
  const stream = streams.add(c.var.address, (onClose) => new EventStream(core, source, { ...reader, onClose }));
  return beginResponse(stream, headers, c.env.openSink ?? openBody);
}

/** The time that a long poll waits, as its query `poll=SECONDS` says (L-16); undefined for an event stream. Not longer than an event stream lasts. */
export function pollMsOf(c: RelayContext, { streamMs }: RelayLimits): StreamReader["pollMs"] {
  const seconds = c.req.query("poll") ?? "";
  return POLL_SECONDS.test(seconds) ? Math.min(streamMs, Number(seconds) * SECOND_MS) : undefined;
}

/** The response that the stream begins when it starts. */
export async function beginResponse(
  stream: { start(begin: (events: SinkEvents) => StreamSink): Promise<void> | void },
  headers: Headers,
  open: OpenSink,
): Promise<Response> {
  let begun: Response | undefined;
  await stream.start((events) => {
    const { sink, response } = open(headers, events);
    begun = response;
    return sink;
  });
  if (begun === undefined) {
    throw new Error("a stream must begin its response when it starts");
  }
  return begun;
}
