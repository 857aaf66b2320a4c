/** The built-in relay of `rangecast share`: relay and page on one port, and direct access to the relay from this process. */
import { createMemoryStore, createRelay, type Relay } from "@rangecast/relay";
import type { IceSettings } from "./ice-settings.ts";
import type { ListenHost } from "./listen-host.ts";
import { LOOPBACK, urlHost } from "./listen-host.ts";
import { listen } from "./listen.ts";
import type { TlsFiles } from "./tls.ts";

export interface EmbeddedRelayOptions {
  readonly host: ListenHost;
  readonly port: number | undefined;
  readonly tls: TlsFiles | undefined;
  readonly ice: IceSettings;
  /** Serves the page; `undefined` if the page is served elsewhere. */
  readonly page: ((request: Request) => Promise<Response>) | undefined;
  readonly onTrouble: (error: unknown) => void;
}

export interface EmbeddedRelay {
  /** The origin that links contain. */
  readonly origin: string;
  /**
   * Calls the relay without the network: behind a firewall, a router or the name in a certificate, this computer may be unable to reach itself by the
   * address that others use, and Node may not trust a certificate that browsers trust.
   */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/** @throws CliError as {@link listen} does */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  const { host, tls, ice, page, onTrouble } = options;
  // Two handlers with a shared store, like two instances behind a load balancer.
  const store = createMemoryStore();
  const shared = { store, onTrouble, ...ice };
  const server = await listen({
    ...shared,
    host: host.bind,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key } }),
    ...(page === undefined ? {} : { fallback: page }),
  });
  const inside = createRelay(shared);
  const scheme = tls === undefined ? "http" : "https";
  return {
    origin: new URL(`${scheme}://${urlHost(host.link)}:${server.port}`).origin,
    fetch: (input, init) => fetchFrom(inside, new Request(input, init)),
    close: async () => {
      await Promise.all([inside.close(), server.close()]);
      await store.close();
    },
  };
}

/** Like fetch, rejects if the request was aborted. Aborting later does not end the response's body; its reader must cancel it. */
async function fetchFrom(relay: Relay, request: Request): Promise<Response> {
  request.signal.throwIfAborted();
  return relay.fetch(request, { address: LOOPBACK });
}
