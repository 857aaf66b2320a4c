/**
 * The shares of one process. The first process of a state folder that shares something takes the place of the host, and the others have their shares hosted by it.
 * When it ends, however it ends, the others notice that their connections closed, and do the same again: one of them hosts, and the rest join it.
 */
import { backoffMs, type BackoffPolicy, sleep } from "@rangecast/base";
import type { CrcStore, IdentityStore } from "@rangecast/daemon";
import { CliError, type CliErrorReason } from "../failure/cli-error.ts";
import { connectTo, listenAt, type OwnPlace, takePlace } from "../local-socket/place.ts";
import { openSocketFolder, type SocketFolder, SocketFolderError } from "../local-socket/socket-folder.ts";
import type { Logger } from "../output/logger.ts";
import type { ShareEvent } from "../share/report/share-event.ts";
import { type Endpoint, portOf } from "./endpoint.ts";
import { beGuest, greet, type GuestEnd, type HostConnection } from "./guest.ts";
import { type HostServer, serveHost } from "./host-server.ts";
import { type HostRequest, withLinkPort } from "./host-request.ts";
import type { DropViewer, ShareListener, TakenBack } from "./hosted-share.ts";
import type { Ready } from "./messages.ts";
import { Hosting } from "./hosting.ts";

/** The place of the process that hosts for the others. */
export const HOST_PLACE = "host";

/** Pauses before a share that worked is hosted again, if that fails: another process may still hold its port, or the relay is away. */
const PAUSES: BackoffPolicy = { firstMs: 200, longestMs: 30_000, shorter: 0.25 };

/**
 * A process that ends closes its connections and its socket one after the other, so that it may still be connected to: how often that is tried again, and
 * the pause, milliseconds. Half a second in total.
 */
const MAX_GONE = 20;
const GONE_PAUSE_MS = 25;

/** How often in a row a host may close the connection before the link works. Then it isn't about to end: it can't take the request, such as one that is too long. */
const MAX_REFUSALS = 3;

/** Refusals of a host that may not hold for this process: it may see other files, for example in a container. */
const OWN_EYES: ReadonlySet<CliErrorReason> = new Set(["not-found", "not-a-file", "unreadable", "bad-tls"]);

export interface SharerOptions {
  /** Undefined: nothing is saved, and no other process is joined. */
  readonly stateFolder: string | undefined;
  /** Opened when this process hosts. */
  readonly openStore: () => Promise<{ readonly store: IdentityStore; readonly crcs?: CrcStore }>;
  readonly transport: string;
  readonly logger: Logger;
}

export interface StayListener extends Pick<ShareListener, "onEvent"> {
  /** The link works. Called again when another process hosts. */
  onReady(ready: Ready, drop: DropViewer): void;
  /** The process that hosted has ended. */
  onHostGone(): void;
}

export type ShareEnd = { readonly kind: "stopped" } | { readonly kind: "taken-back"; readonly end: TakenBack };

interface Where {
  /** By this process, even if another one has the place. */
  readonly alone: boolean;
  readonly given: Endpoint | undefined;
}

/** Where a share is hosted. */
type Home = { readonly kind: "here"; readonly hosting: Hosting } | { readonly kind: "there"; readonly connection: HostConnection };

export class Sharer {
  readonly #options: SharerOptions;
  #hosting: Promise<Hosting> | undefined;
  #server: HostServer | undefined;
  /** Homes are found one after the other, so that this process doesn't join itself. */
  #finding: Promise<unknown> = Promise.resolve();

  constructor(options: SharerOptions) {
    this.#options = options;
  }

  /**
   * Shares until the signal aborts, or somebody takes the share back.
   * @param given an endpoint of this process, such as that behind a tunnel: it is used by this share alone, so this process hosts it
   * @throws CliError if it can't be shared. Once the link worked, it is tried again instead
   */
  async share(request: HostRequest, listener: StayListener, stop: AbortSignal, given?: Endpoint): Promise<ShareEnd> {
    let link: Ready | undefined;
    let refusals = 0;
    for (let failures = 0; !stop.aborted;) {
      const onReady = (ready: Ready, drop: DropViewer): void => {
        link = ready;
        failures = 0;
        refusals = -1;
        listener.onReady(ready, drop);
      };
      try {
        const wanted = link === undefined ? request : withLinkPort(request, portOf(link.relay));
        const alone = given !== undefined || refusals >= MAX_REFUSALS;
        const more = { ...listener, onReady, onEvent: (event: ShareEvent) => listener.onEvent(event) };
        const end = await this.#shareOnce(wanted, more, stop, { alone, given });
        if (end.kind !== "host-gone") return end.kind === "left" ? { kind: "stopped" } : end;
        refusals += 1;
        listener.onHostGone();
      } catch (error) {
        if (link === undefined || !(error instanceof CliError)) throw error;
        failures += 1;
        this.#options.logger.warn("the share can't be hosted again yet", { error });
        await sleep(backoffMs(failures, PAUSES), stop).catch(() => undefined);
      }
    }
    return { kind: "stopped" };
  }

  /** Ends all shares that this process hosts. Other processes whose shares it hosted go on by themselves. */
  async close(): Promise<void> {
    const [hosting] = await Promise.allSettled([this.#hosting]);
    if (hosting.status === "fulfilled") await hosting.value?.close();
    // Last: by then the ports are free for the next host.
    await this.#server?.close();
  }

  async #shareOnce(request: HostRequest, listener: StayListener, stop: AbortSignal, { alone, given }: Where): Promise<GuestEnd> {
    const home = await this.#findHome(alone);
    if (home.kind === "here") return shareHere(home.hosting, request, listener, stop, given);
    try {
      return await beGuest(home.connection, request, listener, stop);
    } catch (error) {
      if (!(error instanceof CliError) || !OWN_EYES.has(error.reason)) throw error;
      return shareHere(await this.#hostAlone(), request, listener, stop, given);
    }
  }

  #findHome(alone: boolean): Promise<Home> {
    const home = this.#finding.then(() => this.#homeNow(alone));
    this.#finding = home.catch(() => undefined);
    return home;
  }

  async #homeNow(alone: boolean): Promise<Home> {
    if (this.#hosting !== undefined || alone) return { kind: "here", hosting: await this.#hostAlone() };
    const { stateFolder, transport, logger } = this.#options;
    if (stateFolder === undefined) return { kind: "here", hosting: await this.#hostAlone() };
    try {
      const folder = await openSocketFolder(stateFolder);
      for (let attempt = 0; attempt < MAX_GONE; attempt += 1) {
        const place = await takePlace(folder, HOST_PLACE);
        if (place.kind === "ours") return { kind: "here", hosting: await this.#hostAt(place.place) };
        const connection = await greet(place.socket, transport);
        if (typeof connection === "object") return { kind: "there", connection };
        if (connection === "unfit") break;
        await sleep(GONE_PAUSE_MS);
      }
      logger.debug("another process hosts, but it can't be joined: it differs in version or transport, or doesn't answer");
    } catch (error) {
      if (!(error instanceof SocketFolderError)) throw error;
      const volume = error.reason === "unsafe" ? "warn" : "info";
      logger[volume]("this process hosts its share by itself", { error });
    }
    return { kind: "here", hosting: await this.#hostAlone() };
  }

  async #hostAt(place: OwnPlace): Promise<Hosting> {
    try {
      const hosting = await this.#open();
      const { transport, logger } = this.#options;
      this.#server = serveHost({ place, hosting, transport, logger });
      return hosting;
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  /** Hosts beside the process that has the place, or without a place. */
  async #hostAlone(): Promise<Hosting> {
    if (this.#hosting !== undefined) return this.#hosting;
    const hosting = await this.#open();
    this.#server = await this.#serveAlone(hosting);
    return hosting;
  }

  /** Listens under a name of its own, so that `list` and `revoke` find this process, too. */
  async #serveAlone(hosting: Hosting): Promise<HostServer | undefined> {
    const { stateFolder, transport, logger } = this.#options;
    if (stateFolder === undefined) return undefined;
    try {
      const place = await listenAt(await openSocketFolder(stateFolder), String(process.pid));
      return serveHost({ place, hosting, transport, logger });
    } catch (error) {
      if (!(error instanceof SocketFolderError)) throw error;
      logger.debug("this process can't be found by others", { error });
      return undefined;
    }
  }

  #open(): Promise<Hosting> {
    this.#hosting ??= this.#options.openStore().then((opened) => new Hosting({ ...opened, logger: this.#options.logger }));
    return this.#hosting;
  }
}

async function shareHere(
  hosting: Hosting,
  request: HostRequest,
  listener: StayListener,
  stop: AbortSignal,
  given: Endpoint | undefined,
): Promise<GuestEnd> {
  let onEnd: (end: GuestEnd) => void = () => undefined;
  const ended = new Promise<GuestEnd>((resolve) => (onEnd = resolve));
  const onTakenBack = (end: TakenBack): void => onEnd({ kind: "taken-back", end });
  const hosted = await hosting.add(request, { onEvent: (event) => listener.onEvent(event), onTakenBack }, stop, given);
  if (hosted === undefined) return { kind: "left" };
  listener.onReady(hosted, hosted.drop);
  const left = (): void => onEnd({ kind: "left" });
  stop.addEventListener("abort", left, { once: true });
  if (stop.aborted) left();
  const end = await ended;
  stop.removeEventListener("abort", left);
  if (end.kind === "left") await hosted.leave();
  return end;
}

/** Connections to all processes of this user that host something. */
export async function connectToAll(folder: SocketFolder, transport: string): Promise<HostConnection[]> {
  const connections = (await folder.names()).map(async (name) => {
    const socket = await connectTo(folder, name);
    return socket === undefined ? "gone" : greet(socket, transport);
  });
  const settled = await Promise.allSettled(connections);
  return settled.flatMap((result) => (result.status === "fulfilled" && typeof result.value === "object" ? [result.value] : []));
}
