/** Carries out a plan: has the share hosted, here or by another process of this user, and reports what happens until it ends. */
import type { Folders } from "../config/folders.ts";
import { keepRecentRelay } from "../config/recent-relay.ts";
import type { Context } from "../context.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { endpointOf } from "../hosting/endpoint.ts";
import { type HostRequest, type OwnServer, withLinkPort } from "../hosting/host-request.ts";
import type { Ready } from "../hosting/messages.ts";
import type { DropViewer } from "../hosting/hosted-share.ts";
import type { Sharer, ShareEnd } from "../hosting/sharer.ts";
import { type LanServer, serveLan } from "../lan/serve-lan.ts";
import type { Logger } from "../output/logger.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { serveTunnel, type TunnelServer } from "../tunnel/serve-tunnel.ts";
import type { TunnelSettings } from "../tunnel/tunnel-settings.ts";
import { tunnelName } from "../tunnel/tunnel-text.ts";
import { createContinuedEvents } from "./continued-events.ts";
import { adviseOnLink } from "./notices.ts";
import { hostRequestOf, type SharePlan } from "./plan.ts";
import { readyEvent } from "./ready-event.ts";
import type { ShareReporter } from "./report/share-event.ts";
import { sharedContent, sharedFolder } from "./shared-content.ts";
import { createTunnelEvents, linkThrough } from "./tunnel-events.ts";

export interface Sharing {
  readonly plan: SharePlan;
  readonly sharer: Sharer;
  readonly report: ShareReporter;
  readonly logger: Logger;
  /** For a share that is kept: what its record says. */
  readonly kept?: Pick<HostRequest, "keep" | "settings" | "terms"> & Pick<OwnServer, "linkPort">;
  /** Reads keys that disconnect viewers. @returns a function that gives the terminal back */
  readonly watchKeys?: (viewers: () => readonly number[], drop: DropViewer) => Promise<() => void>;
}

/** Shares until the stop signal, or until somebody takes the share back. @throws CliError */
export async function sharePlan(sharing: Sharing, context: Context): Promise<ShareEnd> {
  const { plan, logger } = sharing;
  const tunnel = await startTunnel(plan, context, logger);
  if (tunnel === "stopped") return { kind: "stopped" };
  try {
    const lan = await startLan(plan, logger);
    try {
      return await shareUntilStopped(sharing, { tunnel, lan }, context);
    } finally {
      await lan?.close();
    }
  } finally {
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

async function startLan({ flags: { lanPort }, shared, lan }: SharePlan, logger: Logger): Promise<LanServer | undefined> {
  if (lan === undefined) return undefined;
  const { file, shown } = shared;
  const content = file === undefined ? await sharedFolder(shared.content, shown) : sharedContent({ path: file, name: shown });
  return serveLan({ content, settings: lan, port: lanPort, portOption: "--lan-port", logger });
}

/** What this process serves besides what the host does. */
interface Served {
  readonly tunnel: TunnelServer | undefined;
  readonly lan: LanServer | undefined;
}

async function shareUntilStopped(sharing: Sharing, { tunnel, lan }: Served, context: Context): Promise<ShareEnd> {
  const { plan, sharer, report, kept } = sharing;
  const { stop } = context;
  const events = createContinuedEvents(report);
  let drop: DropViewer = () => undefined;
  const onReady = (ready: Ready, dropViewer: DropViewer): void => {
    const isFirst = !events.isReady;
    drop = dropViewer;
    if (tunnel === undefined) events.ready(readyEvent(ready, plan, lan));
    else reportTunnel(ready, tunnel, (shown) => events.ready(readyEvent(shown, plan, lan)), report);
    if (isFirst) void afterReady(ready, sharing, stop.signal);
  };
  const stopping = (): void => {
    if (events.isReady) report({ event: "stopping", viewers: events.viewers.length });
  };
  // Before the share listens to the signal, whose events follow this one.
  stop.signal.addEventListener("abort", stopping, { once: true });
  const listener = { onReady, onEvent: events.event, onHostGone: events.hostGone };
  const given = tunnel === undefined ? undefined : endpointOf(tunnel.relay);
  const stopKeys = await sharing.watchKeys?.(
    () => events.viewers,
    (viewer) => drop(events.numberAtHost(viewer)),
  );
  try {
    const end = await sharer.share(requestOf(plan, kept, context), listener, stop.signal, given);
    if (events.isReady && end.kind === "stopped") report({ event: "stopped", reason: stop.reason ?? "interrupted" });
    return end;
  } finally {
    stopKeys?.();
    stop.signal.removeEventListener("abort", stopping);
  }
}

function requestOf(plan: SharePlan, { linkPort, ...kept }: NonNullable<Sharing["kept"]> = {}, context: Context): HostRequest {
  const request = { ...hostRequestOf(plan, context), ...kept };
  return linkPort === undefined ? request : withLinkPort(request, linkPort);
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
