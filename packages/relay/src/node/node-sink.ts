import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { OpenSink, StreamSink } from "../events/stream-sink.ts";

/**
 * Writes an event stream directly into Node's response. A web stream as the body would cost 8 KB more for each reader, and there are thousands of readers,
 * nearly all idle.
 */
export function openNodeSink(outgoing: ServerResponse): OpenSink {
  return (headers, { onCapacity, onGone }) => {
    outgoing.writeHead(200, Object.fromEntries(headers));
    outgoing.on("drain", onCapacity);
    outgoing.on("close", onGone);
    if (outgoing.destroyed) {
      // Closed before the listener was added.
      queueMicrotask(onGone);
    }
    const sink: StreamSink = {
      // Above Node's own high-water mark, 16 or 64 KiB: only then there will be a `drain` event.
      isFull: () => outgoing.writableNeedDrain,
      write: (text) => outgoing.write(text),
      close: () => outgoing.end(),
      cut: () => outgoing.destroy(),
    };
    return { sink, response: RESPONSE_ALREADY_SENT };
  };
}
