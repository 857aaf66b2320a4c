import { join } from "node:path";
/** `rangecast share`: starts relay and daemon, prints the link, waits for the stop signal, and shuts down in reverse order. */
import {
  createDaemon,
  createEphemeralStore,
  type Daemon,
  type IdentityStore,
  openCrcStore,
  openIdentityStore,
  type ShareInfo,
} from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError } from "../failure/cli-error.ts";
import { type Config, readConfig } from "../config/config-file.ts";
import { type Folders, userFolders } from "../config/folders.ts";
import { keepRecentRelay } from "../config/recent-relay.ts";
import { type Context, volumeOf } from "../context.ts";
import { diagnose } from "../doctor/diagnose.ts";
import type { ExitCode } from "../failure/exit-code.ts";
import { type LanSettings, resolveLan } from "../lan/lan-settings.ts";
import { type LanServer, serveLan } from "../lan/serve-lan.ts";
import type { Logger } from "../output/logger.ts";
import { chooseReach } from "../reach/choose-reach.ts";
import { reachNotice } from "../reach/reach-text.ts";
import type { ReadyEvent, ShareReporter } from "./report/share-event.ts";
import { createOrderedReporter } from "./report/ordered-reporter.ts";
import { createReporter } from "./report/reporter.ts";
import { type EmbeddedRelay, startEmbeddedRelay } from "../serve/embedded-relay.ts";
import { chooseListenHost } from "../serve/listen-host.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { type IceSettings, resolveIce } from "../serve/ice-settings.ts";
import { checkUdpPort } from "../serve/udp-port.ts";
import { readTls, type TlsFiles } from "../serve/tls.ts";
import { withPatience } from "../patience.ts";
import { aborted } from "../stop-signals.ts";
import { usualStun } from "../tunnel/public-stun.ts";
import { serveTunnel, type TunnelServer } from "../tunnel/serve-tunnel.ts";
import { resolveTunnel, type TunnelSettings } from "../tunnel/tunnel-settings.ts";
import { tunnelName, tunnelNotices } from "../tunnel/tunnel-text.ts";
import { createEventTranslator } from "./daemon-events.ts";
import { readyTerms, termNotices, termsOf } from "./link-terms.ts";
import { adviseOnLink, noticesOf } from "./notices.ts";
import { createPrompt, watchDropKeys } from "./watch-drop-keys.ts";
import { hostConnections } from "../remote/peer-connections.ts";
import { refusalOf, relayRefusal } from "./refusals.ts";
import { type Endpoints, resolveEndpoints, type ShareFlags } from "./settings.ts";
import { sharedContent } from "./shared-content.ts";
import { inspectPaths, type SharedPaths } from "./shared-paths.ts";
import { createTunnelEvents, linkThrough } from "./tunnel-events.ts";

/** How long reaching a relay elsewhere may take at the start, milliseconds: three attempts with backoff. Later attempts have no limit. */
const RELAY_PATIENCE_MS = 8000;

/** Everything that is resolved and checked before the program listens on a port. */
interface Plan {
  /** The options, with those that were chosen at the question. */
  readonly flags: ShareFlags;
  readonly shared: SharedPaths;
  readonly folders: Folders;
  readonly config: Config;
  readonly endpoints: Endpoints;
  readonly tls: TlsFiles | undefined;
  readonly ice: IceSettings;
  readonly lan: LanSettings | undefined;
  readonly tunnel: TunnelSettings | undefined;
  /** The saved value of `reach`, if it is used. */
  readonly reach: string | undefined;
}

/** Televisions and players have no folders: each needs the address of one file. */
const NO_LAN_FOLDER =
  "--lan can share one file only, not a folder or several files. Share the file that you want to play there, or leave out --lan.";

/** @returns the exit code. @throws CliError */
export async function runShare(paths: readonly string[], given: ShareFlags, context: Context): Promise<ExitCode> {
  const plan = await makePlan(paths, given, context);
  if (plan === undefined) return context.stop.exitCode;
  const logger = context.createLogger(volumeOf(plan.flags));
  const store = await openStore(plan);
  const served = await serve(plan, context, logger);
  if (served === undefined) return context.stop.exitCode;
  try {
    const lan = await startLan(plan, logger);
    try {
      return await share({ plan, store, ...served, lan, logger }, context);
    } finally {
      await lan?.close();
    }
  } finally {
    await (served.tunnel ?? served.embedded)?.close();
  }
}

/** @returns undefined if it was stopped */
async function makePlan(paths: readonly string[], given: ShareFlags, context: Context): Promise<Plan | undefined> {
  const { resolvePath, env } = context;
  const shared = await inspectPaths(paths, given, resolvePath);
  termsOf(given);
  if (given.lan === true && shared.file === undefined) throw new CliError("usage", NO_LAN_FOLDER);
  const folders = await userFolders();
  const chosen = await chooseReach(given, { config: await readConfig(folders.configFile), folders }, context);
  if (chosen === undefined) return undefined;
  const { flags, config, setting: reach } = chosen;
  const tunnel = resolveTunnel(flags);
  // A tunnel leads to relay and page on this computer, whatever is saved.
  const endpoints = tunnel === undefined ? resolveEndpoints(flags, env, config) : {};
  const tls = await readTls(flags.tlsCert, flags.tlsKey);
  const ice = await resolveIce(flags, env, usualStun(tunnel?.program));
  if (flags.udpPort !== undefined) await checkUdpPort(flags.udpPort);
  return { flags, shared, folders, config, endpoints, tls, ice, lan: await resolveLan(flags, env), tunnel, reach };
}

async function openStore({ flags: { ephemeral }, shared, folders }: Plan): Promise<IdentityStore> {
  try {
    return ephemeral === true ? await createEphemeralStore() : await openIdentityStore(folders.stateFolder);
  } catch (error) {
    throw refusalOf(error, shared.shown, "");
  }
}

/** What this computer serves to viewers: nothing if there is a relay elsewhere. */
interface Served {
  readonly embedded?: EmbeddedRelay;
  /** It closes the embedded relay with itself. */
  readonly tunnel?: TunnelServer;
}

/** @returns undefined if it was stopped */
async function serve(plan: Plan, context: Context, logger: Logger): Promise<Served | undefined> {
  if (plan.endpoints.relay !== undefined) return {};
  if (plan.tunnel === undefined) return { embedded: await startEmbedded(plan, logger) };
  const tunnel = await startTunnel(plan.tunnel, plan, context, logger);
  return tunnel === undefined ? undefined : { embedded: tunnel.relay, tunnel };
}

/** @returns undefined if it was stopped */
async function startTunnel(
  settings: TunnelSettings,
  { flags, ice }: Plan,
  { terminal, stop }: Context,
  logger: Logger,
): Promise<TunnelServer | undefined> {
  const what = settings.program === undefined ? "Looking for the tunnel" : `Starting the tunnel (${tunnelName(settings.program)})`;
  if (flags.json !== true && flags.quiet !== true) terminal.live(`${what} …`);
  try {
    return await serveTunnel({ settings, ice, page: createPageServer(await findPageFolder()), logger, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    terminal.live("");
  }
}

async function startEmbedded({ flags: { host, port }, tls, endpoints, ice }: Plan, logger: Logger): Promise<EmbeddedRelay> {
  return startEmbeddedRelay({
    host: chooseListenHost({ host, names: tls?.names }),
    port,
    tls,
    ice,
    page: endpoints.page === undefined ? createPageServer(await findPageFolder()) : undefined,
    onTrouble: (error) => logger.error("the built-in relay failed", { error }),
  });
}

async function startLan({ flags: { lanPort }, shared: { file, shown }, lan }: Plan, logger: Logger): Promise<LanServer | undefined> {
  if (lan === undefined || file === undefined) return undefined;
  return serveLan({ content: sharedContent({ path: file, name: shown }), settings: lan, port: lanPort, portOption: "--lan-port", logger });
}

interface Sharing extends Served {
  readonly plan: Plan;
  readonly store: IdentityStore;
  readonly lan: LanServer | undefined;
  readonly logger: Logger;
}

async function share(sharing: Sharing, context: Context): Promise<ExitCode> {
  const { plan, store, embedded, tunnel, lan, logger } = sharing;
  const { flags } = plan;
  const { stop } = context;
  const relay = plan.endpoints.relay?.value ?? embedded?.origin ?? "";
  const page = plan.endpoints.page?.value ?? relay;
  const prompt = createPrompt();
  const report = createOrderedReporter(createReporter(flags, context, prompt));
  const translator = createEventTranslator({ relay, size: plan.shared.size });
  let trouble: SignalError | undefined;
  let stopKeys = (): void => undefined;
  const daemon = createDaemon({
    relay,
    page,
    store,
    ...(flags.ephemeral === true ? {} : { crcs: openCrcStore(join(plan.folders.stateFolder, "zip-crcs")) }),
    logger,
    onEvent: (event) => {
      if (event.type === "relay-offline") trouble = event.error;
      const translated = translator.translate(event);
      if (translated !== undefined) report(translated);
    },
    createPeerConnection: hostConnections(flags.udpPort, logger),
    // The built-in relay announces its servers to both sides itself.
    iceServers: embedded === undefined ? plan.ice.iceServers : [],
    ...(embedded === undefined ? {} : { fetch: embedded.fetch }),
  });
  try {
    const info = await addShare(daemon, plan, { relay, stop: stop.signal, trouble: () => trouble });
    if (info === undefined) return stop.exitCode;
    const drop = (viewer: string): Promise<void> => daemon.dropViewer(info.id, viewer);
    stopKeys = await watchDropKeys({ translator, prompt, drop, flags, context, logger });
    if (tunnel === undefined) report(readyEvent(info, { plan, page, relay, lan }));
    else {
      const { address } = tunnel;
      report(readyEvent({ ...info, link: linkThrough(address, info.link) }, { plan, page: address, relay: address, lan }));
      const eventOf = createTunnelEvents(info.link, address);
      tunnel.keep((change) => report(eventOf(change)));
    }
    if (embedded === undefined) {
      if (flags.ephemeral !== true) await rememberRelay(page, relay, plan.folders, logger);
      await checkRelay(relay, report, stop.signal, logger);
    }
    await aborted(stop.signal);
    report({ event: "stopping", viewers: translator.viewers });
  } catch (error) {
    throw embedded === undefined ? await explain(error, relay, stop.signal) : error;
  } finally {
    stopKeys();
    await daemon.close({ reason: "stopped", message: "the host stopped sharing" });
  }
  report({ event: "stopped", reason: stop.reason ?? "interrupted" });
  return stop.exitCode;
}

interface AddShareOptions {
  readonly relay: string;
  readonly stop: AbortSignal;
  /** The last failure to reach the relay. */
  readonly trouble: () => SignalError | undefined;
}

/** @returns `undefined` if it was stopped. @throws CliError */
async function addShare(
  daemon: Daemon,
  { flags, shared: { content, name, shown } }: Plan,
  { relay, stop, trouble }: AddShareOptions,
): Promise<ShareInfo | undefined> {
  return withPatience(RELAY_PATIENCE_MS, stop, async (signal) => {
    try {
      return await daemon.addShare({ ...content, terms: termsOf(flags), ...(name === undefined ? {} : { name }) }, { signal });
    } catch (error) {
      if (stop.aborted) return undefined;
      throw signal.aborted ? relayRefusal(trouble(), relay) : refusalOf(error, shown, relay);
    }
  });
}

/** Adds what the doctor's checks found to a failure of the relay. Returns other errors unchanged. */
async function explain(error: unknown, relay: string, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof CliError) || error.reason !== "relay-failed") return error;
  const found = await diagnose({ relay, signal });
  return found === undefined ? error : relayRefusal(error.cause instanceof SignalError ? error.cause : undefined, relay, found);
}

/** A relay that others can reach is offered when a later share has none. */
async function rememberRelay(page: string, relay: string, { stateFolder }: Folders, logger: Logger): Promise<void> {
  if (adviseOnLink(page, relay).reach !== "anywhere") return;
  try {
    await keepRecentRelay(stateFolder, relay);
  } catch (error) {
    logger.error("the relay's address can't be saved for next time", { error });
  }
}

/** Reports what would keep viewers from using the relay, before one of them fails. The daemon itself reports a relay that can't be reached. */
async function checkRelay(relay: string, report: ShareReporter, signal: AbortSignal, logger: Logger): Promise<void> {
  try {
    const trouble = await diagnose({ relay, signal });
    if (trouble !== undefined && trouble.check !== "relay" && !signal.aborted) report({ event: "trouble", ...trouble });
  } catch (error) {
    logger.error("the check of the relay failed", { error });
  }
}

interface Addresses {
  readonly plan: Plan;
  readonly page: string;
  readonly relay: string;
  readonly lan: LanServer | undefined;
}

function readyEvent(info: ShareInfo, { plan, page, relay, lan }: Addresses): ReadyEvent {
  const { link, name, size, isFolder } = info;
  const { reach, notices } = adviseOnLink(page, relay, lan !== undefined);
  const empty = size === 0 && !isFolder ? ["The file is empty (0 bytes): viewers have nothing to play or save."] : [];
  return {
    event: "ready",
    link,
    name,
    size,
    ...(isFolder ? { folder: true } : {}),
    reach,
    page,
    relay,
    ...readyTerms(info),
    ...lan?.addresses,
    notices: [
      ...termNotices(info, lan !== undefined),
      ...empty,
      ...notices,
      ...(plan.reach === undefined ? [] : [reachNotice(plan.reach, plan.folders.configFile)]),
      ...(plan.tunnel === undefined ? [] : tunnelNotices(plan.tunnel, plan.ice)),
      ...(lan?.notices ?? []),
      ...noticesOf(plan, new URL(page).hostname),
    ],
  };
}
