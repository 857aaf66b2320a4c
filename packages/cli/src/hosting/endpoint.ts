/** The relay and page of one or more shares: ours, which is started here, or others elsewhere. */
import { sleep } from "@rangecast/base";
import { CliError } from "../failure/cli-error.ts";
import type { Logger } from "../output/logger.ts";
import { type EmbeddedRelay, startEmbeddedRelay } from "../serve/embedded-relay.ts";
import { chooseListenHost } from "../serve/listen-host.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { readTls } from "../serve/tls.ts";
import type { EndpointRequest } from "./host-request.ts";

/** How long the port of a link may still be held by the process that hosted before, milliseconds. The system closes its sockets one after the other. */
const PORT_PATIENCE_MS = 2000;
const PORT_PAUSE_MS = 50;

export interface Endpoint {
  /** Origin of the relay, for links. */
  readonly relay: string;
  readonly page: string;
  /** The port of our own relay. */
  readonly port: number | undefined;
  /** Calls our own relay without the network. */
  readonly fetch: typeof fetch | undefined;
  close(): Promise<void>;
}

/** @throws CliError `port-in-use`, `cannot-listen`, `bad-tls`, `not-built`; the signal's reason when it aborts */
export async function openEndpoint(request: EndpointRequest, logger: Logger, signal: AbortSignal): Promise<Endpoint> {
  const { relay, page } = request;
  if (relay !== undefined) return { relay, page: page ?? relay, port: undefined, fetch: undefined, close: () => Promise.resolve() };
  return endpointOf(await startRelay(request, logger, signal), page);
}

/** @param page where the page is, if the relay doesn't serve it */
export function endpointOf(relay: EmbeddedRelay, page?: string): Endpoint {
  const { origin, fetch } = relay;
  return { relay: origin, page: page ?? origin, port: portOf(origin), fetch, close: () => relay.close() };
}

/** The port of an origin. */
export function portOf(origin: string): number {
  const { port, protocol } = new URL(origin);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

async function startRelay(request: EndpointRequest, logger: Logger, signal: AbortSignal): Promise<EmbeddedRelay> {
  const { server = {}, page, iceServers, turn } = request;
  const tls = await readTls(server.tlsCert, server.tlsKey);
  const options = {
    host: chooseListenHost({ host: server.host, names: tls?.names }),
    tls,
    ice: { iceServers, ...(turn === undefined ? {} : { turn }) },
    page: page === undefined ? createPageServer(await findPageFolder()) : undefined,
    onTrouble: (error: unknown) => logger.error("the built-in relay failed", { error }),
  };
  const at = (port: number | undefined): Promise<EmbeddedRelay> => startEmbeddedRelay({ ...options, port });
  const { port, linkPort } = server;
  if (linkPort === undefined) return at(port);
  return (await atFreedPort(linkPort, at, signal)) ?? at(port);
}

/** @returns undefined if the port stays in use */
async function atFreedPort(
  port: number,
  start: (port: number) => Promise<EmbeddedRelay>,
  signal: AbortSignal,
): Promise<EmbeddedRelay | undefined> {
  const untilMs = performance.now() + PORT_PATIENCE_MS;
  for (;;) {
    try {
      return await start(port);
    } catch (error) {
      if (!(error instanceof CliError) || error.reason !== "port-in-use") throw error;
      if (performance.now() > untilMs) return undefined;
    }
    await sleep(PORT_PAUSE_MS, signal);
  }
}
