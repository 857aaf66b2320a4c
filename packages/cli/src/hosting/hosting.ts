/** All shares that this process hosts: one relay and one daemon for each set of endpoints. */
import { onAbort } from "@rangecast/base";
import type { CrcStore, IdentityStore } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { diagnose } from "../doctor/diagnose.ts";
import { CliError } from "../failure/cli-error.ts";
import type { Logger } from "../output/logger.ts";
import { withPatience } from "../patience.ts";
import { checkUdpPort } from "../serve/udp-port.ts";
import { refusalOf, relayRefusal } from "../share/refusals.ts";
import { DaemonHost, type Holding, type RunningShare } from "./daemon-host.ts";
import { type Endpoint, openEndpoint } from "./endpoint.ts";
import { type EndpointRequest, type HostRequest, sameEndpoint } from "./host-request.ts";
import type { ShareListener, TakenBack } from "./hosted-share.ts";

/** How long reaching a relay elsewhere may take at the start, milliseconds: three attempts with backoff. Later attempts have no limit. */
const RELAY_PATIENCE_MS = 8000;

export interface HostingOptions {
  readonly store: IdentityStore;
  /** @default in memory */
  readonly crcs?: CrcStore;
  readonly logger: Logger;
}

/** A share that works. */
export interface Hosted extends Holding {
  readonly relay: string;
  readonly page: string;
}

/** An endpoint with the daemons that use it: one, unless the same paths are shared in several ways. */
interface Site {
  readonly request: EndpointRequest;
  readonly opened: Promise<Endpoint>;
  readonly daemons: DaemonHost[];
  /** Number of shares that are being added. */
  adding: number;
  /** Whether it is closed with its last daemon. Those that were given are closed by their owners. */
  readonly owned: boolean;
}

export class Hosting {
  readonly #options: HostingOptions;
  readonly #sites = new Set<Site>();
  readonly #closing = new AbortController();

  constructor(options: HostingOptions) {
    this.#options = options;
  }

  /** Those whose link works. */
  get running(): RunningShare[] {
    return [...this.#sites].flatMap(({ daemons }) => daemons.flatMap(({ running }) => running));
  }

  /**
   * Shares what was asked for. The link works when this resolves.
   * @param given an endpoint that is open, such as that behind a tunnel. No other share uses it
   * @returns undefined if the signal aborted
   * @throws CliError
   */
  async add(request: HostRequest, listener: ShareListener, signal: AbortSignal, given?: Endpoint): Promise<Hosted | undefined> {
    if (signal.aborted || this.#closing.signal.aborted) return undefined;
    const until = new AbortController();
    const stops = [signal, this.#closing.signal].map((each) => onAbort(each, () => until.abort()));
    const site = await this.#siteFor(request.endpoint, until.signal, given);
    try {
      const endpoint = await site.opened;
      const holding = await this.#addTo(site, endpoint, request, listener, until.signal);
      return holding === undefined ? undefined : this.#hosted(holding, endpoint, site);
    } catch (error) {
      if (until.signal.aborted) return undefined;
      throw error;
    } finally {
      stops.forEach((stop) => stop());
      site.adding -= 1;
      await this.#closeIfEmpty(site);
    }
  }

  /** Takes back the share with this id, also one of another terminal. @returns whether there was one */
  async remove(id: string, end: TakenBack): Promise<boolean> {
    let found = false;
    for (const site of this.#sites) {
      for (const daemon of site.daemons) found = (await daemon.remove(id, end)) || found;
      await this.#closeIfEmpty(site);
    }
    return found;
  }

  /** Ends all shares; another process may host them from then on. Viewers connect to that by themselves. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#sites].map((site) => this.#closeSite(site, true)));
  }

  #hosted({ info, leave, drop }: Holding, { relay, page }: Endpoint, site: Site): Hosted {
    return {
      info,
      drop,
      relay,
      page,
      leave: async () => {
        await leave();
        await this.#closeIfEmpty(site);
      },
    };
  }

  async #siteFor(wanted: EndpointRequest, signal: AbortSignal, given: Endpoint | undefined): Promise<Site> {
    for (const site of given === undefined ? this.#sites : []) {
      if (!site.owned || !sameEndpoint(site.request, await portOf(site), wanted) || !this.#sites.has(site)) continue;
      site.adding += 1;
      return site;
    }
    const opened = given === undefined ? openEndpoint(wanted, this.#options.logger, signal) : Promise.resolve(given);
    // Its failure reaches those who wait for it.
    opened.catch(() => undefined);
    const site: Site = { request: wanted, opened, daemons: [], adding: 1, owned: given === undefined };
    this.#sites.add(site);
    return site;
  }

  async #addTo(
    site: Site,
    endpoint: Endpoint,
    request: HostRequest,
    listener: ShareListener,
    stop: AbortSignal,
  ): Promise<Holding | undefined> {
    const { relay } = endpoint;
    const daemon = await this.#daemonFor(site, endpoint, request);
    return withPatience(RELAY_PATIENCE_MS, stop, async (signal) => {
      try {
        return await daemon.add(request, listener, signal);
      } catch (error) {
        if (stop.aborted) return undefined;
        const refusal = signal.aborted ? relayRefusal(daemon.trouble, relay) : refusalOf(error, request.shown, relay);
        throw endpoint.fetch === undefined ? await explain(refusal, relay, stop) : refusal;
      }
    });
  }

  async #daemonFor(site: Site, endpoint: Endpoint, request: HostRequest): Promise<DaemonHost> {
    const accepting = (): DaemonHost | undefined => site.daemons.find((daemon) => daemon.accepts(request));
    const { udpPort } = request.endpoint;
    if (accepting() === undefined && udpPort !== undefined) await checkUdpPort(udpPort);
    const known = accepting();
    if (known !== undefined) return known;
    const open = site.daemons.filter(({ isClosed }) => !isClosed);
    const daemon = new DaemonHost({ crcs: undefined, ...this.#options, endpoint, request: request.endpoint });
    site.daemons.splice(0, site.daemons.length, ...open, daemon);
    return daemon;
  }

  async #closeIfEmpty(site: Site): Promise<void> {
    if (site.adding === 0 && site.daemons.every(({ isClosed }) => isClosed)) await this.#closeSite(site);
  }

  async #closeSite(site: Site, handOver = false): Promise<void> {
    this.#sites.delete(site);
    await Promise.all(site.daemons.map((daemon) => daemon.close(handOver)));
    const [opened] = await Promise.allSettled([site.opened]);
    if (site.owned && opened.status === "fulfilled") await opened.value.close();
  }
}

async function portOf({ opened }: Site): Promise<number | undefined> {
  const [result] = await Promise.allSettled([opened]);
  return result.status === "fulfilled" ? result.value.port : undefined;
}

/** Adds what the doctor's checks found to a failure of the relay. Returns other errors unchanged. */
async function explain(error: unknown, relay: string, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof CliError) || error.reason !== "relay-failed") return error;
  const found = await diagnose({ relay, signal });
  return found === undefined ? error : relayRefusal(error.cause instanceof SignalError ? error.cause : undefined, relay, found);
}
