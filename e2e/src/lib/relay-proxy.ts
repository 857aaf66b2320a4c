import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { holdBack } from "./hold-back.ts";

/** `pass`: forwards everything. `refuse`: answers every request with 500. `hang`: accepts requests without answering, and event streams stop. */
export type ProxyMode = "pass" | "refuse" | "hang";

const HOST = "127.0.0.1";
const SERVER_ERROR = 500;

/** A proxy in front of a relay that behaves like a bad relay or network. */
export interface RelayProxy {
  readonly url: string;
  /** Number of event streams cut so far because of their age. */
  readonly cuts: () => number;
  /** Cuts every event stream after this many milliseconds, even in the middle of an event; undefined: cuts none. */
  cutAfter(ms: number | undefined): void;
  /**
   * Holds back until its end what follows this many bytes in each response; 0: all of it. Undefined: holds nothing back. It applies to responses that have
   * begun, too.
   */
  holdAfter(bytes: number | undefined): void;
  /** The requested paths with their queries, in order. */
  readonly paths: readonly string[];
  setMode(mode: ProxyMode): void;
  close(): Promise<void>;
}

interface EventStream {
  readonly from: Readable;
  readonly to: ServerResponse;
}

export async function startRelayProxy(target: string, { cutMs }: { readonly cutMs?: number } = {}): Promise<RelayProxy> {
  let mode: ProxyMode = "pass";
  let streamMs = cutMs;
  let cuts = 0;
  let passing: number | undefined;
  const paths: string[] = [];
  const streams = new Set<EventStream>();
  const held = new Set<ServerResponse>();

  const end = ({ from, to }: EventStream): void => {
    from.destroy();
    to.destroy();
  };
  const cutLater = (stream: EventStream): void => {
    const born = streamMs;
    if (born === undefined) return;
    setTimeout(() => {
      if (streamMs === undefined || !streams.has(stream)) return;
      cuts++;
      end(stream);
    }, born);
  };
  const forward = (from: IncomingMessage, to: ServerResponse): void => {
    const onward = request(new URL(from.url ?? "/", target), { method: from.method, headers: from.headers });
    onward.on("response", (answer) => {
      const passed = answer.pipe(holdBack(() => passing));
      // The head is sent with the first bytes.
      to.writeHead(answer.statusCode ?? SERVER_ERROR, answer.headers);
      passed.pipe(to);
      if (from.url?.endsWith("/events") !== true) return;
      const stream = { from: passed, to };
      streams.add(stream);
      to.on("close", () => streams.delete(stream));
      cutLater(stream);
    });
    onward.on("error", () => to.destroy());
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  };
  const hold = (to: ServerResponse): void => {
    held.add(to);
    to.on("close", () => held.delete(to));
  };

  const server = createServer((from, to) => {
    paths.push(from.url ?? "/");
    if (mode === "pass") return forward(from, to);
    if (mode === "hang") return hold(to);
    to.writeHead(SERVER_ERROR).end();
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    cuts: () => cuts,
    cutAfter: (ms) => {
      streamMs = ms;
      for (const stream of streams) cutLater(stream);
    },
    holdAfter: (bytes) => (passing = bytes),
    paths,
    setMode: (next) => {
      mode = next;
      for (const to of held) to.destroy();
      for (const stream of streams) {
        if (next === "refuse") end(stream);
        else if (next === "hang") stream.from.unpipe(stream.to);
        else stream.from.pipe(stream.to);
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
