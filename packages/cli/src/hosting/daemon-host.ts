/** A daemon with the shares that several terminals asked for: passes its events to those whom they concern. */
import {
  type CrcStore,
  createDaemon,
  type Daemon,
  type DaemonEvent,
  DaemonError,
  type IdentityStore,
  type ShareInfo,
} from "@rangecast/daemon";
import type { SignalError } from "@rangecast/signal";
import type { Logger } from "../output/logger.ts";
import { hostConnections } from "../remote/peer-connections.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointRequest, HostRequest } from "./host-request.ts";
import { type DropViewer, type HostedShare, type ShareListener, Subscriber, type TakenBack } from "./hosted-share.ts";

const STOPPED = { reason: "stopped", message: "the host stopped sharing" } as const;

/** Viewers take both as a reason to connect again. */
const HANDED_OVER = { reason: "other", message: "another process of the host goes on" } as const;

/** Most events that are kept for shares that are being added. */
const MAX_EARLY_EVENTS = 1000;

export interface DaemonHostOptions {
  readonly endpoint: Endpoint;
  readonly request: EndpointRequest;
  readonly store: IdentityStore;
  readonly crcs: CrcStore | undefined;
  readonly logger: Logger;
}

/** A share of a terminal. */
export interface Holding {
  readonly info: ShareInfo;
  /** Takes the share back, unless another terminal has it, too. */
  readonly leave: () => Promise<void>;
  readonly drop: DropViewer;
}

/** A share as it is listed. */
export interface RunningShare {
  readonly info: ShareInfo;
  readonly viewers: number;
}

export class DaemonHost {
  readonly #daemon: Daemon;
  readonly #endpoint: Endpoint;
  readonly #logger: Logger;
  readonly #shares = new Map<string, HostedShare>();
  /** Those whose link works. One that ends stays here until its viewers have left. */
  readonly #byId = new Map<string, { readonly info: ShareInfo; readonly share: HostedShare }>();
  /** Number of terminals whose share has no id yet. */
  #waiting = 0;
  /** Events of shares that are being added: a viewer who has the link from before may connect at once. */
  #early: DaemonEvent[] = [];
  #online = false;
  #closed = false;
  #trouble: SignalError | undefined;

  constructor({ endpoint, request, store, crcs, logger }: DaemonHostOptions) {
    this.#endpoint = endpoint;
    this.#logger = logger;
    this.#daemon = createDaemon({
      relay: endpoint.relay,
      page: endpoint.page,
      store,
      ...(crcs === undefined ? {} : { crcs }),
      logger,
      onEvent: (event) => this.#take(event),
      createPeerConnection: hostConnections(request.udpPort, logger),
      // The built-in relay announces its servers to both sides itself.
      iceServers: endpoint.fetch === undefined ? request.iceServers : [],
      ...(endpoint.fetch === undefined ? {} : { fetch: endpoint.fetch }),
    });
  }

  /** The last failure to reach the relay. */
  get trouble(): SignalError | undefined {
    return this.#trouble;
  }

  /** Whether it has ended with its last share. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Those whose link works. */
  get running(): RunningShare[] {
    return [...this.#byId.values()].map(({ info, share: { subscribers } }) => ({
      info,
      viewers: Math.max(0, ...[...subscribers].map(({ viewers }) => viewers)),
    }));
  }

  /**
   * Whether this daemon can have the share: not if it shares the same paths in another way, because the link would be the same. Another daemon of the same relay
   * can, and gets the viewers from then on (L-14).
   */
  accepts(request: HostRequest): boolean {
    if (this.#closed) return false;
    const known = [...this.#shares.values()].find(({ paths }) => paths === pathsOf(request));
    return known === undefined || known.key === keyOf(request);
  }

  /** @throws as {@link Daemon.addShare} */
  async add(request: HostRequest, listener: ShareListener, signal: AbortSignal): Promise<Holding> {
    const { relay } = this.#endpoint;
    const subscriber = new Subscriber(listener, { relay, size: request.size });
    this.#waiting += 1;
    try {
      const share = await this.#shared(request, signal);
      const info = await share.info;
      share.subscribers.add(subscriber);
      if (this.#online) subscriber.take({ type: "relay-online" });
      for (const event of this.#early) if ("shareId" in event && event.shareId === info.id) subscriber.take(event);
      return {
        info,
        leave: () => this.#leave(share, subscriber),
        drop: (viewer) => void this.#drop(info.id, subscriber.idOf(viewer)),
      };
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#early = [];
    }
  }

  /** Takes a share back, also one of another terminal. @returns whether there was one with this id */
  async remove(id: string, end: TakenBack): Promise<boolean> {
    const share = this.#byId.get(id)?.share;
    if (share === undefined) return false;
    this.#shares.delete(share.key);
    await this.#removeFromDaemon(id, end.reason);
    this.#byId.delete(id);
    for (const subscriber of share.subscribers) subscriber.takenBack(end);
    await this.#closeIfUnused();
    return true;
  }

  /** @param handOver whether another process goes on with the shares */
  async close(handOver = false): Promise<void> {
    this.#closed = true;
    await this.#daemon.close(handOver ? HANDED_OVER : STOPPED);
  }

  /** The share, which may be there already. If adding it failed for another terminal, it is tried again. */
  async #shared(request: HostRequest, signal: AbortSignal): Promise<HostedShare> {
    const key = keyOf(request);
    for (;;) {
      const known = this.#shares.get(key);
      if (known === undefined) break;
      const [{ status }] = await Promise.allSettled([known.info]);
      if (status === "fulfilled") return known;
      signal.throwIfAborted();
    }
    const { content, name, terms, keep, settings } = request;
    const more = {
      ...(name === undefined ? {} : { name }),
      ...(terms === undefined ? {} : { terms }),
      ...(keep === undefined ? {} : { keep }),
      ...(settings === undefined ? {} : { settings }),
    };
    const info = this.#daemon.addShare({ ...content, ...more }, { signal });
    const share: HostedShare = { key, paths: pathsOf(request), info, subscribers: new Set() };
    this.#shares.set(key, share);
    try {
      const known = await info;
      this.#byId.set(known.id, { info: known, share });
      return share;
    } catch (error) {
      this.#shares.delete(key);
      await this.#closeIfUnused();
      throw error;
    }
  }

  async #leave(share: HostedShare, subscriber: Subscriber): Promise<void> {
    if (share.subscribers.size > 1 || !share.subscribers.has(subscriber)) return void share.subscribers.delete(subscriber);
    this.#forget(share);
    const { id } = await share.info;
    // With its last share the daemon ends, which takes its registrations with it, also while the relay can't be reached.
    if (this.#shares.size === 0 && this.#byId.size <= 1) await this.close();
    else await this.#removeFromDaemon(id, "stopped");
    this.#byId.delete(id);
    share.subscribers.delete(subscriber);
  }

  async #drop(shareId: string, viewer: string | undefined): Promise<void> {
    try {
      if (viewer !== undefined) await this.#daemon.dropViewer(shareId, viewer);
    } catch (error) {
      // It left in between.
      if (!(error instanceof DaemonError)) this.#logger.error("a viewer could not be disconnected", { error });
    }
  }

  /** Nothing is left to do if the link has ended. */
  async #removeFromDaemon(id: string, reason: TakenBack["reason"]): Promise<void> {
    try {
      await this.#daemon.removeShare(id, reason);
    } catch (error) {
      if (!(error instanceof DaemonError) || error.reason !== "unknown-share") throw error;
    }
  }

  async #closeIfUnused(): Promise<void> {
    if (this.#shares.size === 0 && this.#byId.size === 0) await this.close();
  }

  /** From now on the same request makes another share. */
  #forget(share: HostedShare): void {
    if (this.#shares.get(share.key) === share) this.#shares.delete(share.key);
  }

  #take(event: DaemonEvent): void {
    if (event.type === "relay-online" || event.type === "relay-offline") {
      this.#online = event.type === "relay-online";
      if (event.type === "relay-offline") this.#trouble = event.error;
      for (const { share } of this.#byId.values()) for (const subscriber of share.subscribers) subscriber.take(event);
      return;
    }
    if (this.#waiting > 0 && this.#early.length < MAX_EARLY_EVENTS) this.#early.push(event);
    const share = this.#byId.get(event.shareId)?.share;
    if (share === undefined) return;
    // Its paths get a new link if they are shared again.
    if (event.type === "share-ended") this.#forget(share);
    for (const subscriber of share.subscribers) subscriber.take(event);
  }
}

/** The paths decide the link. */
function pathsOf({ content }: HostRequest): string {
  return content.path.join("\0");
}

function keyOf({ content, name, terms, keep }: HostRequest): string {
  return JSON.stringify([content, name, terms, keep]);
}
