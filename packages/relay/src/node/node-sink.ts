import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { OpenSink, StreamSink } from "../events/stream-sink.ts";

/**
 * An event stream straight into Node's response. A body as a web stream, and what pipes it, would cost 8 KB more for each reader; there are thousands,
 * and nearly all of them idle.
 */
export function openNodeSink(outgoing: ServerResponse): OpenSink {
  return (headers, { onCapacity, onGone }) => {
    outgoing.writeHead(200, Object.fromEntries(headers));
    outgoing.on("drain", onCapacity);
    outgoing.on("close", onGone);
    if (outgoing.destroyed) {
      // Gone before we listened.
      queueMicrotask(onGone);
    }
    const sink: StreamSink = {
      // Over Node's own high-water mark, 16 or 64 KiB: then, and only then, there will be a `drain`.
      isFull: () => outgoing.writableNeedDrain,
      write: (text) => outgoing.write(text),
      close: () => outgoing.end(),
      cut: () => outgoing.destroy(),
    };
    return { sink, response: RESPONSE_ALREADY_SENT };
  };
}
