import { watchSleep } from "@rangecast/base";
import { type IceServer, limitIceServers, type PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection as createNodePeerConnection, watchAddresses } from "@rangecast/rtc-node";
import {
  connectDaemon,
  createRandomId,
  type DaemonSignals,
  type DaemonSignalsOptions,
  type IncomingSession,
  SignalError,
} from "@rangecast/signal";
import type { GoodbyeReason } from "@rangecast/wire";
import { checkIceServers } from "../session/check-ice-servers.ts";
import { DaemonError } from "../daemon-error.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import { type DaemonLimits, refuseSession, resolveLimits, type SessionRefusal } from "./daemon-limits.ts";
import { DropLog } from "../serving/drop-log.ts";
import { HostedSession } from "./hosted-session.ts";
import type { IdentityStore } from "../identity/identity-store.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { type CrcStore, memoryCrcStore } from "../zip/crcs/crc-store.ts";
import { createShare, type Share, type ShareInfo } from "./share.ts";
import { inspectContent, type SharedContent } from "./share-content.ts";
import { UsedSessions } from "./used-sessions.ts";
import { Viewers } from "./viewers.ts";

/** Interval at which TURN credentials are requested again, milliseconds: well under their lifetime of hours (L-11). */
const ICE_REFRESH_MS = 30 * 60_000;

/** Time limit for revoking a share at the relay, milliseconds. If it fails, the share ends with the daemon's registration. */
const REVOKE_PATIENCE_MS = 5000;

export interface DaemonOptions {
  /** The relay's URL. */
  readonly relay: string;
  /** The page's URL, for the links. @default the relay's URL */
  readonly page?: string;
  /** Holds the daemon's identity: {@link openIdentityStore} or {@link createEphemeralStore}. */
  readonly store: IdentityStore;
  /** Keeps checksums of files, so that zips of folders go on at once after a restart: {@link openCrcStore}. @default in memory */
  readonly crcs?: CrcStore;
  /** STUN and TURN servers beside the relay's. A connection uses at most three URLs of all of them (L-11). @default none */
  readonly iceServers?: readonly IceServer[];
  /** @default none */
  readonly logger?: Logger;
  /** @default see {@link DaemonLimits} */
  readonly limits?: Partial<DaemonLimits>;
  /** @default createPeerConnection of `@rangecast/rtc-node` */
  readonly createPeerConnection?: PeerConnectionFactory;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  readonly onEvent?: (event: DaemonEvent) => void;
  /** Connects to the relay. @default connectDaemon of `@rangecast/signal` */
  readonly connect?: (options: DaemonSignalsOptions) => DaemonSignals;
}

/** What to share, and its name for viewers. */
export interface ShareRequest extends SharedContent {
  /** @default the name of the file or folder */
  readonly name?: string;
}

/** Serves shared files and folders to viewers. */
export interface Daemon {
  /** The current shares. */
  readonly shares: readonly ShareInfo[];
  /** Number of running sessions. */
  readonly sessions: number;
  /**
   * Shares a file, a folder, or several of them. The link works when this resolves. While the relay can't be reached, it is tried again until `signal` aborts.
   * @throws {StreamError} `cannot-open`, `not-a-file` or `wrong-size`; {DaemonError}; {StateError}; {SignalError} when the relay refuses
   */
  addShare(share: ShareRequest, options?: { readonly signal?: AbortSignal }): Promise<ShareInfo>;
  /**
   * Revokes a share and ends its sessions with a goodbye. With the reason "revoked" its link never works again; otherwise the path gets the same link when
   * it is shared again. Another daemon that shares the same path with the same store keeps its share (L-14).
   * @throws {DaemonError} `unknown-share`
   */
  removeShare(id: string, reason?: GoodbyeReason): Promise<void>;
  /**
   * Reconnects to the relay, because the network changed. The daemon notices by itself when its machine has other addresses or slept; call this for
   * changes that it can't see.
   */
  networkChanged(): void;
  /** Ends every session with a goodbye within a few seconds, then the connection to the relay. Idempotent. */
  close(options?: { readonly reason?: GoodbyeReason; readonly message?: string }): Promise<void>;
}

/**
 * Creates a daemon with a new epoch (L-8). It connects to the relay with the first share.
 * @throws {DaemonError} `bad-ice-server`
 */
export function createDaemon(options: DaemonOptions): Daemon {
  checkIceServers(options.iceServers ?? [], badIceServer);
  return new ShareDaemon(options);
}

function badIceServer(message: string, cause: unknown): DaemonError {
  return new DaemonError("bad-ice-server", message, { cause });
}

/** Why a session that the relay announced is dropped. */
type IncomingDrop = SessionRefusal | "unknown-share" | "replayed" | "does-not-open";

/** Messages for sessions that exceed a limit. The other drops are not reported: their senders are not viewers. */
const REFUSED: Readonly<Partial<Record<IncomingDrop, string>>> = {
  "too-many-sessions": "this computer has reached its maximum number of sessions",
  "too-many-sessions-of-share": "the share has reached its maximum number of sessions",
  "too-many-pending": "too many sessions wait for their connection at once",
  "too-many-pending-of-share": "too many sessions of the share wait for their connection at once",
};

class ShareDaemon implements Daemon {
  readonly #options: DaemonOptions;
  readonly #limits: DaemonLimits;
  readonly #logger: Logger;
  readonly #crcs: CrcStore;
  readonly #epoch = createRandomId();
  readonly #signals: DaemonSignals;
  readonly #closing = new AbortController();
  readonly #shares = new Map<string, Share>();
  readonly #sessions = new Set<HostedSession>();
  readonly #used = new UsedSessions();
  readonly #viewers: Viewers;
  readonly #dropped: DropLog<IncomingDrop>;
  #listening = false;
  #refreshing: NodeJS.Timeout | undefined;
  #stopWatch: () => void = () => undefined;
  #closed: Promise<void> | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#crcs = options.crcs ?? memoryCrcStore();
    this.#limits = resolveLimits(options.limits);
    this.#logger = options.logger ?? silentLogger;
    this.#dropped = new DropLog(this.#logger, "dropped sessions that the relay announced");
    this.#viewers = new Viewers(this.#limits, (event) => this.#emit(event));
    this.#signals = (options.connect ?? connectDaemon)({
      relay: options.relay,
      identity: options.store.identity,
      epoch: this.#epoch,
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      onState: (state) => {
        if (this.#closing.signal.aborted) return; // Going offline is expected then.
        if (state.online) this.#emit({ type: "relay-online" });
        else this.#emit({ type: "relay-offline", ...(state.error === undefined ? {} : { error: state.error }) });
      },
      onRefused: (shareId, error) => this.#emit({ type: "share-refused", shareId, error }),
    });
  }

  get shares(): readonly ShareInfo[] {
    return [...this.#shares.values()].map(({ info }) => info);
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async addShare({ name, ...content }: ShareRequest, { signal }: { signal?: AbortSignal } = {}): Promise<ShareInfo> {
    signal?.throwIfAborted();
    const share = await this.#prepare(content, name);
    // Added before it is registered: a viewer who has the link from an earlier run may connect at once.
    this.#reserve(share);
    try {
      await this.#register(share, signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]));
    } catch (error) {
      this.#shares.delete(share.info.id);
      throw error;
    }
    this.#listen();
    this.#logger.info(share.info.isFolder ? "a folder is shared" : "a file is shared", {
      shareId: share.info.id,
      path: share.info.path,
      size: share.info.size,
    });
    return share.info;
  }

  async removeShare(id: string, reason: GoodbyeReason = "revoked"): Promise<void> {
    const share = this.#shares.get(id);
    if (share === undefined) throw new DaemonError("unknown-share", `there is no share ${id}`);
    this.#shares.delete(id);
    if (reason === "revoked") await this.#options.store.forget(share.content.key);
    const ending = [...this.#sessions]
      .filter(({ shareId }) => shareId === id)
      .map((session) => session.stop(reason, `the share was ${reason}`));
    await Promise.all([...ending, this.#revoke(id)]);
    this.#logger.info("a share was revoked", { shareId: id, reason });
  }

  networkChanged(): void {
    this.#logger.debug("the network may have changed");
    this.#signals.networkChanged();
  }

  close({ reason = "stopped", message = "the daemon is stopping" }: { reason?: GoodbyeReason; message?: string } = {}): Promise<void> {
    this.#closed ??= this.#close(reason, message);
    return this.#closed;
  }

  async #close(reason: GoodbyeReason, message: string): Promise<void> {
    this.#closing.abort(new DaemonError("closed", message));
    clearInterval(this.#refreshing);
    this.#stopWatch();
    this.#dropped.flush();
    await Promise.all([...this.#sessions].map((session) => session.stop(reason, message)));
    this.#viewers.close();
    this.#signals.close();
    this.#shares.clear();
  }

  /** Checks what is to be shared, and creates its share. */
  async #prepare(shared: SharedContent, name: string | undefined): Promise<Share> {
    const { store, relay, page = relay } = this.#options;
    const content = await inspectContent(shared, { crcs: this.#crcs, logger: this.#logger });
    const keys = await store.shareKeys(content.key);
    return createShare({ content, name, keys, identity: store.identity, relay, page });
  }

  #reserve(share: Share): void {
    if (this.#closing.signal.aborted) throw new DaemonError("closed", "the daemon is closed");
    if (this.#shares.has(share.info.id)) throw new DaemonError("already-shared", `${share.info.path} is shared already`);
    if (this.#shares.size >= this.#limits.shares) throw new DaemonError("too-many-shares", `${this.#shares.size} links are shared already`);
    this.#shares.set(share.info.id, share);
  }

  async #register(share: Share, signal: AbortSignal): Promise<void> {
    const { iceServers } = await this.#signals.register({ shareNonce: share.keys.nonce, joinHash: share.joinHash }, { signal });
    share.iceServers = iceServers.filter((server) => this.#isUsable(server));
  }

  /** A malformed ICE server of the relay's would make every connection fail, so it is left out. */
  #isUsable(server: IceServer): boolean {
    try {
      checkIceServers([server], badIceServer);
      return true;
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      this.#logger.warn("an ICE server of the relay can't be used and is left out", { error });
      return false;
    }
  }

  async #revoke(id: string): Promise<void> {
    try {
      await this.#signals.revoke(id, { signal: AbortSignal.timeout(REVOKE_PATIENCE_MS) });
    } catch (error) {
      this.#logger.warn("a share could not be revoked at the relay", { shareId: id, error });
    }
  }

  /** Accepts the sessions that the relay announces; called with the first share. */
  #listen(): void {
    if (this.#listening || this.#closing.signal.aborted) return;
    this.#listening = true;
    this.#refreshing = setInterval(() => void this.#refresh(), ICE_REFRESH_MS);
    this.#refreshing.unref();
    const onChange = (): void => this.networkChanged();
    const stops = [watchSleep(onChange), watchAddresses(onChange)];
    this.#stopWatch = () => stops.forEach((stop) => stop());
    void this.#takeSessions();
  }

  async #takeSessions(): Promise<void> {
    for await (const incoming of this.#signals.sessions({ signal: this.#closing.signal })) this.#admit(incoming);
  }

  /** Accepts or drops a session. Nothing is allocated for a dropped one (L-3). */
  #admit(incoming: IncomingSession): void {
    const { shareId, sessionId } = incoming;
    const share = this.#shares.get(shareId);
    const drop =
      share === undefined ? "unknown-share" : this.#isReplay(incoming) ? "replayed" : refuseSession(this.#sessions, shareId, this.#limits);
    if (share === undefined || drop !== undefined) {
      this.#dropped.count(drop ?? "unknown-share");
      const refusal = REFUSED[drop ?? "unknown-share"];
      if (refusal !== undefined) this.#viewers.failed(shareId, undefined, { reason: "refused", message: refusal });
      incoming.close();
      return;
    }
    const { store, createPeerConnection = createNodePeerConnection, iceServers = [] } = this.#options;
    const session = new HostedSession({
      incoming,
      share,
      epoch: this.#epoch,
      identity: store.identity,
      viewers: this.#viewers,
      createPeerConnection,
      iceServers: limitIceServers([...iceServers, ...share.iceServers]),
      logger: this.#logger,
      onOpened: () => this.#used.add(shareId, sessionId),
      onDropped: () => this.#dropped.count("does-not-open"),
    });
    this.#sessions.add(session);
    void session.run().finally(() => this.#sessions.delete(session));
  }

  #isReplay({ shareId, sessionId }: IncomingSession): boolean {
    return (
      this.#used.has(shareId, sessionId) || [...this.#sessions].some((session) => session.shareId === shareId && session.id === sessionId)
    );
  }

  /** Requests fresh TURN credentials, so that a daemon that runs for days has valid ones (L-11). */
  async #refresh(): Promise<void> {
    for (const share of this.#shares.values()) {
      if (!share.iceServers.some(({ credential }) => credential !== undefined)) continue;
      try {
        await this.#register(share, this.#closing.signal);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (!(error instanceof SignalError)) throw error;
        this.#logger.warn("the relay sent no fresh ICE servers", { shareId: share.info.id, error });
      }
    }
  }

  #emit(event: DaemonEvent): void {
    this.#options.onEvent?.(event);
  }
}
