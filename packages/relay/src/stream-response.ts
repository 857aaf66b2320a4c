import { takeTurn } from "./caps.ts";
import type { RelayCore } from "./core.ts";
import { EventStream, type EventStreamOptions } from "./event-stream.ts";
import type { RelayContext } from "./http.ts";
import { keys } from "./keys.ts";
import { OPENS_WINDOW_MS } from "./limits.ts";
import { lastEventIdOf } from "./sse-format.ts";
import type { Streams } from "./streams.ts";

const SSE_HEADERS = {
  "content-type": "text/event-stream",
  // `no-transform`: proxies that compress would hold events back. `X-Accel-Buffering`: nginx would, too.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
} as const;

export type StreamRequest = Pick<EventStreamOptions, "log" | "role" | "keep" | "endable" | "onHeartbeat" | "except"> & {
  /** Told once when the stream is over. */
  readonly onClose?: () => void;
};

/** Answers with an event stream. @throws {RelayError} `busy`, `full` */
export async function streamResponse(c: RelayContext, core: RelayCore, streams: Streams, request: StreamRequest): Promise<Response> {
  const { store, clock, limits, onTrouble } = core;
  const { log, role } = request;
  await takeTurn(store, keys.streamOpens(log, role), limits.streamOpens, OPENS_WINDOW_MS, "openings of this event stream");
  const stream = await streams.open(
    c.var.address,
    (onClose) =>
      new EventStream({
        store,
        clock,
        onTrouble,
        after: lastEventIdOf(c.req.raw),
        streamMs: limits.streamMs,
        heartbeatMs: limits.heartbeatMs,
        cut: c.env.cut,
        ...request,
        onClose: () => {
          onClose();
          request.onClose?.();
        },
      }),
  );
  return new Response(stream.body, { headers: SSE_HEADERS });
}
