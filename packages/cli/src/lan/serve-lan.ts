/** Serves content in the local network: the server, and the name announced by mDNS. */
import type { Logger } from "../output/logger.ts";
import type { LocalContent } from "../local-server/local-content.ts";
import { MDNS_NAME } from "../local-server/own-hosts.ts";
import { type LocalServer, startLocalServer } from "../local-server/start-local-server.ts";
import { DEFAULT_LAN_PORT } from "./default-lan-port.ts";
import { lanNotices } from "./lan-text.ts";
import type { LanSettings } from "./lan-settings.ts";
import { type AnnouncedName, announceName } from "./mdns/announce-name.ts";

export interface ServeLanOptions {
  readonly content: LocalContent;
  readonly settings: LanSettings;
  readonly port: number | undefined;
  readonly portOption: string;
  readonly logger: Logger;
}

/** The addresses, as events report them. */
export interface LanAddresses {
  /** The file, or the index, at the best address: for players and televisions. */
  readonly lan: string;
  /** The page for browsers, at the same address. */
  readonly lanPage: string;
  /** The page under the name that is announced by mDNS; absent if it isn't. */
  readonly lanName?: string;
  /** The same as `lan`, at this computer's other addresses. */
  readonly lanOthers: readonly string[];
}

export interface LanServer {
  readonly server: LocalServer;
  readonly addresses: LanAddresses;
  /** What is protected and what isn't, in sentences. */
  readonly notices: readonly string[];
  readonly close: () => Promise<void>;
}

/** @throws CliError `port-in-use`, `cannot-listen` */
export async function serveLan({ content, settings, port, portOption, logger }: ServeLanOptions): Promise<LanServer> {
  const { addresses: lan, cast, mdns } = settings;
  const server = await startLocalServer({ content, lan, port, preferredPort: DEFAULT_LAN_PORT, portOption, cast, logger });
  const [best = "", ...others] = server.lan;
  const name: AnnouncedName | undefined = mdns ? await announceName({ name: MDNS_NAME, address: best }, logger) : undefined;
  const owned = name?.owned === true;
  return {
    server,
    addresses: {
      lan: server.url(best),
      lanPage: server.url(best, "page"),
      ...(owned ? { lanName: server.url(MDNS_NAME, "page") } : {}),
      lanOthers: others.map((address) => server.url(address)),
    },
    notices: [
      ...lanNotices(best),
      ...(name === undefined || owned
        ? []
        : [`The name ${MDNS_NAME} could not be announced: another computer has it, or the network doesn't allow it.`]),
    ],
    close: async () => {
      await Promise.all([name?.close(), server.close()]);
    },
  };
}
