/** `rangecast share`: has the share hosted, here or by another process of this user, prints the link, and waits for the stop signal. */
import { join } from "node:path";
import { createEphemeralStore, openCrcStore, openIdentityStore } from "@rangecast/daemon";
import type { Folders } from "../config/folders.ts";
import { keepRecentRelay } from "../config/recent-relay.ts";
import { type Context, volumeOf } from "../context.ts";
import { diagnose } from "../doctor/diagnose.ts";
import type { ExitCode } from "../failure/exit-code.ts";
import { endpointOf } from "../hosting/endpoint.ts";
import { type Ready, transportOf } from "../hosting/messages.ts";
import { Sharer, type SharerOptions } from "../hosting/sharer.ts";
import { type LanServer, serveLan } from "../lan/serve-lan.ts";
import type { Logger } from "../output/logger.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { serveTunnel, type TunnelServer } from "../tunnel/serve-tunnel.ts";
import type { TunnelSettings } from "../tunnel/tunnel-settings.ts";
import { tunnelName } from "../tunnel/tunnel-text.ts";
import { createContinuedEvents } from "./continued-events.ts";
import { adviseOnLink } from "./notices.ts";
import { hostRequestOf, makePlan, type SharePlan } from "./plan.ts";
import { readyEvent } from "./ready-event.ts";
import { refusalOf } from "./refusals.ts";
import { createOrderedReporter } from "./report/ordered-reporter.ts";
import { createReporter } from "./report/reporter.ts";
import type { ShareReporter } from "./report/share-event.ts";
import type { ShareFlags } from "./settings.ts";
import { sharedContent } from "./shared-content.ts";
import { createTunnelEvents, linkThrough } from "./tunnel-events.ts";

/** @returns the exit code. @throws CliError */
export async function runShare(paths: readonly string[], given: ShareFlags, context: Context): Promise<ExitCode> {
  const plan = await makePlan(paths, given, context);
  if (plan === undefined) return context.stop.exitCode;
  const logger = context.createLogger(volumeOf(plan.flags));
  const sharer = new Sharer(sharerOptions(plan, context, logger));
  const report = createOrderedReporter(createReporter(plan.flags, context));
  return sharePlan({ plan, sharer, report, logger }, context);
}

function sharerOptions({ flags, folders, shared }: SharePlan, { env }: Context, logger: Logger): SharerOptions {
  const { stateFolder } = folders;
  const transport = transportOf(env);
  if (flags.ephemeral === true) {
    return { stateFolder: undefined, openStore: async () => ({ store: await createEphemeralStore() }), transport, logger };
  }
  const openStore: SharerOptions["openStore"] = async () => {
    try {
      return { store: await openIdentityStore(stateFolder), crcs: openCrcStore(join(stateFolder, "zip-crcs")) };
    } catch (error) {
      throw refusalOf(error, shared.shown, "");
    }
  };
  return { stateFolder, openStore, transport, logger };
}

interface Sharing {
  readonly plan: SharePlan;
  readonly sharer: Sharer;
  readonly report: ShareReporter;
  readonly logger: Logger;
}

async function sharePlan(sharing: Sharing, context: Context): Promise<ExitCode> {
  const { plan, sharer, logger } = sharing;
  const tunnel = await startTunnel(plan, context, logger);
  if (tunnel === "stopped") return context.stop.exitCode;
  try {
    const lan = await startLan(plan, logger);
    try {
      return await shareUntilStopped(sharing, { tunnel, lan }, context);
    } finally {
      await lan?.close();
    }
  } finally {
    await sharer.close();
    await tunnel?.close();
  }
}

/** @returns `stopped` if it was stopped */
async function startTunnel(
  { flags, ice, tunnel: settings }: SharePlan,
  { terminal, stop }: Context,
  logger: Logger,
): Promise<TunnelServer | undefined | "stopped"> {
  if (settings === undefined) return undefined;
  if (flags.json !== true && flags.quiet !== true) terminal.live(`${startingText(settings)} …`);
  try {
    return await serveTunnel({ settings, ice, page: createPageServer(await findPageFolder()), logger, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return "stopped";
    throw error;
  } finally {
    terminal.live("");
  }
}

function startingText({ program }: TunnelSettings): string {
  return program === undefined ? "Looking for the tunnel" : `Starting the tunnel (${tunnelName(program)})`;
}

async function startLan({ flags: { lanPort }, shared: { file, shown }, lan }: SharePlan, logger: Logger): Promise<LanServer | undefined> {
  if (lan === undefined || file === undefined) return undefined;
  return serveLan({ content: sharedContent({ path: file, name: shown }), settings: lan, port: lanPort, portOption: "--lan-port", logger });
}

/** What this process serves besides what the host does. */
interface Served {
  readonly tunnel: TunnelServer | undefined;
  readonly lan: LanServer | undefined;
}

async function shareUntilStopped(sharing: Sharing, { tunnel, lan }: Served, context: Context): Promise<ExitCode> {
  const { plan, sharer, report } = sharing;
  const { stop } = context;
  const events = createContinuedEvents(report);
  const onReady = (ready: Ready): void => {
    const isFirst = !events.isReady;
    if (tunnel === undefined) events.ready(readyEvent(ready, plan, lan));
    else reportTunnel(ready, tunnel, (shown) => events.ready(readyEvent(shown, plan, lan)), report);
    if (isFirst) void afterReady(ready, sharing, stop.signal);
  };
  const stopping = (): void => {
    if (events.isReady) report({ event: "stopping", viewers: events.viewers });
  };
  // Before the share listens to the signal, whose events follow this one.
  stop.signal.addEventListener("abort", stopping, { once: true });
  const listener = { onReady, onEvent: events.event, onHostGone: events.hostGone };
  const given = tunnel === undefined ? undefined : endpointOf(tunnel.relay);
  await sharer.share(hostRequestOf(plan, context), listener, stop.signal, given);
  if (events.isReady) report({ event: "stopped", reason: stop.reason ?? "interrupted" });
  return stop.exitCode;
}

/** Reports the link through the tunnel, and its changes. */
function reportTunnel({ info }: Ready, tunnel: TunnelServer, onReady: (ready: Ready) => void, report: ShareReporter): void {
  const { address } = tunnel;
  onReady({ info: { ...info, link: linkThrough(address, info.link) }, page: address, relay: address });
  const eventOf = createTunnelEvents(info.link, address);
  tunnel.keep((change) => report(eventOf(change)));
}

/** For a relay elsewhere: it is remembered, and checked. */
async function afterReady({ relay, page }: Ready, { plan, report, logger }: Sharing, signal: AbortSignal): Promise<void> {
  if (plan.endpoints.relay === undefined) return;
  if (plan.flags.ephemeral !== true) await rememberRelay(page, relay, plan.folders, logger);
  await checkRelay(relay, report, signal, logger);
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
