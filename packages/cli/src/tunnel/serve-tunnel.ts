/** Serves relay and page to a tunnel, on loopback, and keeps the tunnel open. */
import type { Logger } from "../output/logger.ts";
import { type EmbeddedRelay, startEmbeddedRelay } from "../serve/embedded-relay.ts";
import type { IceSettings } from "../serve/ice-settings.ts";
import { LOOPBACK } from "../serve/listen-host.ts";
import { checkAddress } from "./check-address.ts";
import { CheckRoute } from "./check-route.ts";
import { keepTunnel, type TunnelChange } from "./keep-tunnel.ts";
import { openTunnel, type OpenTunnel } from "./open-tunnel.ts";
import type { TunnelSettings } from "./tunnel-settings.ts";

export interface ServeTunnelOptions {
  readonly settings: TunnelSettings;
  readonly ice: IceSettings;
  /** Serves the page. */
  readonly page: (request: Request) => Promise<Response>;
  readonly logger: Logger;
  /** Ends the opening; afterwards call {@link TunnelServer.close}. */
  readonly signal: AbortSignal;
}

export interface TunnelServer {
  /** The relay behind the tunnel. Only this process can register at it. */
  readonly relay: EmbeddedRelay;
  /** The address at which the tunnel was opened: an origin. */
  readonly address: string;
  /** Watches the tunnel, and opens it again when it is gone, until {@link close}. Call it once. */
  keep(onChange: (change: TunnelChange) => void): void;
  close(): Promise<void>;
}

/** @throws CliError `tunnel-failed`, `port-in-use`, `cannot-listen`; the signal's reason when it aborts */
export async function serveTunnel({ settings, ice, page, logger, signal }: ServeTunnelOptions): Promise<TunnelServer> {
  const route = new CheckRoute();
  let forwards = false;
  const relay = await startEmbeddedRelay({
    host: { bind: LOOPBACK, link: LOOPBACK },
    port: settings.port,
    tls: undefined,
    ice,
    page: route.before(page),
    // Addresses are trusted only if the check has shown that this tunnel does not pass on what its clients claim.
    tunnel: { trustProxy: () => forwards },
    onTrouble: (error) => logger.error("the relay behind the tunnel failed", { error }),
  });
  const { nonce } = route;
  const open = async (until: AbortSignal): Promise<OpenTunnel> => {
    const { program, url } = settings;
    const tunnel = await openTunnel({ program, url, port: Number(new URL(relay.origin).port), nonce, signal: until });
    ({ forwards } = tunnel);
    return tunnel;
  };
  try {
    const first = await open(signal);
    const closing = new AbortController();
    let kept: Promise<void> | undefined;
    return {
      relay,
      address: first.address,
      keep: (onChange) => {
        kept = keepTunnel(first, {
          open,
          check: (address, until) => checkAddress({ address, nonce, signal: until }),
          canRestart: settings.program !== undefined,
          onChange,
          signal: closing.signal,
          logger,
        }).catch((error: unknown) => logger.error("the tunnel is no longer watched", { error }));
      },
      close: async () => {
        closing.abort();
        await (kept ?? first.close());
        await relay.close();
      },
    };
  } catch (error) {
    await relay.close();
    throw error;
  }
}
