/** Adapts Node's http to a function from Request to Response. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { onAbort } from "@rangecast/base";
import type { Logger } from "../../output/logger.ts";
import type { LocalHandler } from "../handler.ts";

/** The Host header is checked by the handler; in the URL it is replaced, because it may be malformed. */
const BASE = "http://localhost";

const noop = (): void => undefined;

/**
 * The handler's signal aborts as soon as its connection closes, so that nothing is read for a player that has gone. A body that fails after the head was
 * sent ends the connection, so that its reader can't take it for a whole file.
 */
export function createNodeListener(handler: LocalHandler, logger: Logger): RequestListener {
  return (incoming, outgoing) => {
    respond(handler, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.destroyed) logger.debug("a response of the local server was cut", { error });
      outgoing.destroy();
    });
  };
}

async function respond(handler: LocalHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const request = requestOf(incoming);
  if (request === undefined) {
    outgoing.writeHead(400, { Connection: "close" }).end();
    return;
  }
  const { status, headers, body } = await handler(request, gone.signal);
  if (outgoing.destroyed) {
    await body?.cancel();
    return;
  }
  outgoing.writeHead(status, Object.fromEntries(headers));
  if (body === null) outgoing.end();
  else await pump(body, outgoing, gone.signal);
}

/** @returns undefined if the target is not a path, as in requests to a proxy */
function requestOf({ method = "GET", url = "", headersDistinct }: IncomingMessage): Request | undefined {
  if (!url.startsWith("/") || !URL.canParse(BASE + url)) return undefined;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
  // Fetch allows no TRACE and no CONNECT; both are refused like any other method.
  const allowed = /^(?:CONNECT|TRACE|TRACK)$/iu.test(method) ? "POST" : method;
  return new Request(BASE + url, { method: allowed, headers });
}

/** Writes the body, as fast as the client reads it. @throws the body's error */
async function pump(body: ReadableStream<Uint8Array>, outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  const reader = body.getReader();
  const unlisten = onAbort(signal, () => void reader.cancel().catch(noop));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) break;
      if (!outgoing.write(value)) await drained(outgoing, signal);
    }
    outgoing.end();
  } finally {
    unlisten();
  }
}

/** Resolves when more may be written, or the connection is closed. */
function drained(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      unlisten();
      outgoing.off("drain", done);
      resolve();
    };
    const unlisten = onAbort(signal, done);
    outgoing.once("drain", done);
  });
}
