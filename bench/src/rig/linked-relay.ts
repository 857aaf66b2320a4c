/* A proxy in front of a relay that puts a link of the emulator between the two peers of each session, by rewriting their signalling. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Link } from "../../netlab/index.ts";
import { type PostedSignal, portsNamedBy, rewriteSignal } from "./rewrite-signal.ts";

/** What the proxy knows about one session. */
export interface WatchedSession {
  /** UDP ports of the two peers' own sockets, if they were in the signalling. */
  readonly ports: Set<number>;
  /** Offer and answer as they were posted. */
  readonly descriptions: Map<string, string>;
  /** When the agent's answer was passed to the relay, milliseconds since 1970. */
  answeredAtMs: number | undefined;
}

export interface LinkedRelay {
  readonly url: string;
  /**
   * From now on the session's peers connect through the link; without a link they connect directly, and are only watched.
   * @param ports where their ports are added
   */
  watch(sessionId: string, link?: Link, ports?: Set<number>): WatchedSession;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const SIGNAL_PATH = /^\/api\/internal\/stream\/signal\/([^/]+)$/u;

interface Entry {
  readonly session: WatchedSession;
  readonly link: Link | undefined;
}

/** @param target the relay's URL */
export async function startLinkedRelay(target: string): Promise<LinkedRelay> {
  const entries = new Map<string, Entry>();

  /** GETs, event streams among them, are piped; posts of watched sessions are read first. */
  const answer = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const sessionId = from.method === "POST" ? SIGNAL_PATH.exec(from.url ?? "")?.[1] : undefined;
    const entry = sessionId === undefined ? undefined : entries.get(sessionId);
    if (entry === undefined) return void from.pipe(forward(from, to, target));
    const message = JSON.parse(await text(from)) as PostedSignal;
    for (const port of portsNamedBy(message)) entry.session.ports.add(port);
    if (message.type === "offer" || message.type === "answer") entry.session.descriptions.set(message.type, message.payload);
    const passed = entry.link === undefined ? message : await rewriteSignal(message, entry.link);
    if (passed === undefined) return void to.writeHead(200, { "Content-Type": "application/json" }).end('{"ok":true}');
    if (passed.type === "answer") entry.session.answeredAtMs ??= Date.now();
    const body = JSON.stringify(passed);
    forward(from, to, target, { "content-length": String(Buffer.byteLength(body)) }).end(body);
  };

  const server = createServer((from, to) => {
    answer(from, to).catch(() => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    watch(sessionId, link, ports = new Set()) {
      const session: WatchedSession = { ports, descriptions: new Map(), answeredAtMs: undefined };
      entries.set(sessionId, { session, link });
      return session;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens the same request to the relay, without its body yet; the relay's response is piped back. */
function forward(
  from: IncomingMessage,
  to: ServerResponse,
  target: string,
  headers: Record<string, string> = {},
): ReturnType<typeof request> {
  const { "transfer-encoding": _, ...kept } = from.headers;
  const onward = request(new URL(from.url ?? "/", target), { method: from.method, headers: { ...kept, ...headers } });
  onward.on("response", (reply) => {
    to.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(to);
  });
  onward.on("error", () => to.destroy());
  to.on("close", () => onward.destroy());
  return onward;
}
