import { createServer } from "node:https";
import type { Server as HttpServer, ServerOptions } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { DEFAULT_LIMITS } from "../limits.ts";
import { listen, urlOf } from "./listen.ts";
import { openNodeSink } from "./node-sink.ts";
import { createRelay, type Relay } from "../relay.ts";
import { answering, type Challenges, MIN_TLS_VERSION, orBadTls, type TlsPair } from "./tls.ts";
import type { RelayOptions } from "../relay-options.ts";

export interface ServeRelayOptions extends RelayOptions {
  /** Address or name to listen on, such as `127.0.0.1`, `0.0.0.0` or `::`. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Certificate and key for https, as PEM texts. @default none: http */
  readonly tls?: RelayTls | undefined;
  /** Handles requests outside the relay's paths: the page. @default 404 */
  readonly fallback?: ((request: Request) => Promise<Response>) | undefined;
}

export interface RelayTls extends TlsPair {
  /** Tells browsers to use only https for this host from now on, for as many seconds (RFC 6797). @default not sent */
  readonly hstsSeconds?: number | undefined;
  /** Connections by this protocol get the certificate that `certificate` returns for their server name, for challenges of a CA (RFC 8737). @default none */
  readonly challenges?: Challenges | undefined;
}

export interface RunningRelay {
  /** Its address on this machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /**
   * Uses another certificate for new connections; existing ones go on. Only for a relay with `tls`.
   * @throws {RelayError} `bad-tls`
   */
  setCertificate(pair: TlsPair): void;
  /** Ends the event streams and waits for current requests, at most a second. */
  close(): Promise<void>;
}

/** Time limit for receiving a request's head, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time limit for receiving a whole request, milliseconds; longer than {@link RelayLimits.bodyMs}, after which the client gets a proper response. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long a connection waits for its next request, milliseconds: the messages of a session's start come within a few seconds. */
const KEEP_ALIVE_MS = 15_000;
/** Time without traffic after which a socket is closed, milliseconds. Event streams have heartbeats, so this ends those whose reader stalled. */
const SOCKET_IDLE_MS = 60_000;
/** Sockets per event stream of the cap: one for the stream, one for posts. More are refused. */
const SOCKETS_PER_STREAM = 2;
/** How long close() waits for current requests, milliseconds. */
const CLOSE_GRACE_MS = 1000;
/** Interval at which close() closes connections that became idle, milliseconds. */
const CLOSE_POLL_MS = 20;

type Server = HttpServer | HttpsServer;

/**
 * Runs a relay as a Node server.
 * @throws {RelayError} `port-in-use`, `port-forbidden`, `bad-host`, `bad-tls`, `cannot-listen`
 */
export async function serveRelay(options: ServeRelayOptions): Promise<RunningRelay> {
  const { host, port, tls, fallback, onTrouble = () => undefined, ...relayOptions } = options;
  const relay = createRelay({ ...relayOptions, onTrouble });
  try {
    // The relay handles its own paths; the fallback handles the rest.
    const answer = (request: Request, { incoming, outgoing }: HttpBindings): Promise<Response> => {
      if (tls?.hstsSeconds !== undefined) outgoing.setHeader("Strict-Transport-Security", `max-age=${tls.hstsSeconds}`);
      return fallback === undefined || isRelayPath(new URL(request.url).pathname)
        ? relay.fetch(request, { address: incoming.socket.remoteAddress, openSink: openNodeSink(outgoing) })
        : fallback(request);
    };
    const server = createHttpServer(answer, tls);
    server.timeout = SOCKET_IDLE_MS;
    server.maxConnections = SOCKETS_PER_STREAM * (options.limits?.streams ?? DEFAULT_LIMITS.streams);
    const bound = await listen(server, host, port);
    server.on("error", onTrouble);
    let closed: Promise<void> | undefined;
    return {
      url: urlOf(tls === undefined ? "http" : "https", host, bound),
      port: bound,
      setCertificate: (pair) => orBadTls(() => (server as HttpsServer).setSecureContext({ ...pair, minVersion: MIN_TLS_VERSION })),
      close: () => (closed ??= closeAll(relay, server)),
    };
  } catch (error) {
    await relay.close();
    throw error;
  }
}

function createHttpServer(fetch: (request: Request, bindings: HttpBindings) => Promise<Response>, tls: ServeRelayOptions["tls"]): Server {
  const timeouts: ServerOptions = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  // Otherwise the adapter replaces the process's global Request and Response.
  const common = { fetch: (request: Request, bindings: object) => fetch(request, bindings as HttpBindings), overrideGlobalObjects: false };
  if (tls === undefined) {
    return createAdaptorServer({ ...common, serverOptions: timeouts }) as HttpServer;
  }
  const { cert, key, challenges } = tls;
  const serverOptions = { ...timeouts, cert, key, minVersion: MIN_TLS_VERSION, ...(challenges === undefined ? {} : answering(challenges)) };
  return orBadTls(() => createAdaptorServer({ ...common, createServer, serverOptions }) as HttpsServer);
}

function isRelayPath(path: string): boolean {
  return path.startsWith("/api/") || path === "/healthz";
}

async function closeAll(relay: Relay, server: Server): Promise<void> {
  await relay.close();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const poll = setInterval(() => server.closeIdleConnections(), CLOSE_POLL_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(poll);
  clearTimeout(deadline);
}
