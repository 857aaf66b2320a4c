/** Relay and page of one `rangecast share`, on one port; and the way to it from this very process. */
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
  /** Serves the page; without it there is none here. */
  readonly page: ((request: Request) => Promise<Response>) | undefined;
  readonly onTrouble: (error: unknown) => void;
}

export interface EmbeddedRelay {
  /** As links name it. */
  readonly origin: string;
  /**
   * Calls the relay without the network: behind a certificate's name, a firewall or a router, this computer may not reach itself the way that others
   * do, and a certificate that only browsers were told to trust is no hindrance.
   */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/** @throws CliError as {@link listen} does */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  const { host, tls, ice, page, onTrouble } = options;
  // Two handlers of one relay, as two instances behind a load balancer would be: they meet in the store.
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

/** As fetch does, an abort before the answer rejects; the answer's reader ends its own reading. */
async function fetchFrom(relay: Relay, request: Request): Promise<Response> {
  request.signal.throwIfAborted();
  return relay.fetch(request, { address: LOOPBACK });
}
