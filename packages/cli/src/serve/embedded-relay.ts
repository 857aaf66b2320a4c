/** The built-in relay of `rangecast share`: relay and page on one port, and direct access to the relay from this process. */
import { createMemoryStore, createRelay } from "@rangecast/relay";
import type { IceSettings } from "./ice-settings.ts";
import { LOOPBACK } from "./listen-host.ts";
import { listen, type Listening, type ListenOptions } from "./listen.ts";
import type { TlsFiles } from "./tls.ts";

export interface EmbeddedRelayOptions extends Pick<ListenOptions, "host" | "port"> {
  readonly tls: TlsFiles | undefined;
  readonly ice: IceSettings;
  /** Serves the page; `undefined` if the page is served elsewhere. */
  readonly page: ListenOptions["fallback"];
  /** Strangers reach the relay through a tunnel to loopback, so no daemon but ours may register. @default none */
  readonly tunnel?: { readonly trustProxy: () => boolean };
  readonly onTrouble: (error: unknown) => void;
}

export interface EmbeddedRelay extends Listening {
  /**
   * Calls the relay without the network: behind a firewall, a router or the name in a certificate, this computer may be unable to reach itself by the
   * address that others use, and Node may not trust a certificate that browsers trust.
   */
  readonly fetch: typeof fetch;
}

/** @throws CliError as {@link listen} does */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  const { host, port, tls, ice, page, tunnel, onTrouble } = options;
  // Two handlers with a shared store, like two instances behind a load balancer.
  const store = createMemoryStore();
  const shared = { store, onTrouble, ...ice };
  const behind = tunnel === undefined ? {} : { ...tunnel, acceptDaemons: false };
  const server = await listen({ ...shared, ...behind, host, port, tls, fallback: page });
  const inside = createRelay(shared);
  return {
    origin: server.origin,
    // Like fetch, rejects if the request was aborted. Aborting later does not end the response's body; its reader must cancel it.
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return inside.fetch(request, { address: LOOPBACK });
    },
    close: async () => {
      await Promise.all([inside.close(), server.close()]);
      await store.close();
    },
  };
}
