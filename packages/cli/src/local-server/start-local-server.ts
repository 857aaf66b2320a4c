/** Starts the local HTTP server of `rangecast share --lan` and `rangecast open`. */
import { createServer, type Server } from "node:http";
import type { Logger } from "../output/logger.ts";
import { LOOPBACK } from "../serve/listen-host.ts";
import { createLocalHandler } from "./handler.ts";
import { capConnections } from "./http/connection-caps.ts";
import { listenEverywhere } from "./http/listen.ts";
import { createNodeListener } from "./http/node-listener.ts";
import type { LocalContent } from "./local-content.ts";
import { isOwnHost } from "./own-hosts.ts";
import { createSecret } from "./secret.ts";

export interface LocalServerOptions {
  readonly content: LocalContent;
  /** Addresses in the local network, the one to announce first. None: only this computer. */
  readonly lan: readonly string[];
  /** See ListenOptions. */
  readonly port: number | undefined;
  readonly preferredPort: number;
  readonly portOption: string;
  /** See LocalHandlerOptions. */
  readonly cast: boolean;
  readonly logger: Logger;
}

export interface LocalServer {
  /** The addresses in the local network that it listens on, the one to announce first. */
  readonly lan: readonly string[];
  /** The address of the main thing, of the page, or of what a player is given, at a host of this machine. It contains the secret. */
  url(host: string, what?: "main" | "page" | "player"): string;
  /** Ends all responses. */
  close(): Promise<void>;
}

/** Time limit for receiving a request's head, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time limit for receiving a whole request, milliseconds. Responses have none: a film may be paused for hours. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long a connection waits for its next request, milliseconds. */
const KEEP_ALIVE_MS = 15_000;
/** Time without traffic after which the system checks whether the other end still exists, milliseconds: a television may be unplugged. */
const PROBE_AFTER_MS = 60_000;

/** @throws CliError `port-in-use`, `cannot-listen` */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { content, lan, port, preferredPort, portOption, cast, logger } = options;
  const secret = createSecret();
  const listener = createNodeListener(createLocalHandler({ secret, content, isOwnHost, cast, logger }), logger);
  const servers: Server[] = [];
  const [best = LOOPBACK, ...others] = lan;
  const listening = await listenEverywhere({
    addresses: [...new Set([best, LOOPBACK])],
    optional: others,
    port,
    preferredPort,
    option: portOption,
    createServer: () => {
      const server = createHttpServer(listener);
      servers.push(server);
      return server;
    },
  });
  return {
    lan: lan.filter((address) => listening.addresses.includes(address)),
    url: (host, what = "main") => `http://${host}:${listening.port}/${secret}/${pathOf(content, what)}`,
    close: async () => {
      const closed = listening.servers.map((server) => new Promise((resolve) => void server.close(resolve)));
      for (const server of servers) server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

function pathOf({ path, playerPath = path }: LocalContent, what: "main" | "page" | "player"): string {
  return what === "page" ? "" : what === "player" ? playerPath : path;
}

function createHttpServer(listener: ReturnType<typeof createNodeListener>): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
    },
    listener,
  );
  capConnections(server);
  return server;
}
