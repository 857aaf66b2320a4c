import { watchSleep } from "@rangecast/base";
import { type IceServer, limitIceServers } from "@rangecast/rtc";
import { createPeerConnection as createNodePeerConnection, watchAddresses } from "@rangecast/rtc-node";
import { connectDaemon, createRandomId, type DaemonSignals, type IncomingSession, SignalError } from "@rangecast/signal";
import type { GoodbyeReason } from "@rangecast/wire";
import { checkIceServers } from "../session/check-ice-servers.ts";
import { DaemonError, StateError } from "../daemon-error.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import type { DaemonOptions, ShareRequest } from "./daemon-options.ts";
import { type DaemonLimits, refuseSession, resolveLimits, type SessionRefusal } from "./daemon-limits.ts";
import { DropLog } from "../serving/drop-log.ts";
import { endMessage, EndedShares } from "./ended-shares.ts";
import { HostedSession } from "./hosted-session.ts";
import type { HeldLink } from "../identity/share-records.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { type CrcStore, memoryCrcStore } from "../zip/crcs/crc-store.ts";
import { createShare, type Share, type ShareInfo } from "./share.ts";
import { inspectContent, type ShareContent } from "./share-content.ts";
import { DownloadGate } from "../terms/download-gate.ts";
import { isExpired, type LinkEnd, type ShareTerms } from "../terms/share-terms.ts";
import { shownPath } from "../terms/watched-tree.ts";
import { watchExpiry } from "../terms/watch-expiry.ts";
import { UsedSessions } from "./used-sessions.ts";
import { Viewers } from "./viewers.ts";

/** Interval at which TURN credentials are requested again, milliseconds: well under their lifetime of hours (L-11). */
const ICE_REFRESH_MS = 30 * 60_000;

/** Time limit for revoking a share at the relay, milliseconds. If it fails, the share ends with the daemon's registration. */
const REVOKE_PATIENCE_MS = 5000;

/** Serves shared files and folders to viewers. */
export interface Daemon {
  /** The current shares. */
  readonly shares: readonly ShareInfo[];
  /** Number of running sessions. */
  readonly sessions: number;
  /**
   * Shares a file, a folder, or several of them. The link works when this resolves. While the relay can't be reached, it is tried again until `signal` aborts.
   * The same paths have the same link each time, until that ends: then they get a new one.
   * @throws {StreamError} `cannot-open`, `not-a-file` or `wrong-size`; {DaemonError}; {StateError}; {SignalError} when the relay refuses
   */
  addShare(share: ShareRequest, options?: { readonly signal?: AbortSignal }): Promise<ShareInfo>;
  /**
   * Ends a share and its sessions with a goodbye. With the reason "revoked" (the default), "expired" or "used-up" its link never works again, and a viewer who
   * opens it is told why while this daemon runs; otherwise the paths get the same link when they are shared again, and another daemon that shares the same
   * paths with the same store keeps its share (L-14).
   * @throws {DaemonError} `unknown-share`; {StateError}
   */
  removeShare(id: string, reason?: GoodbyeReason): Promise<void>;
  /**
   * Disconnects a viewer, and refuses it from then on. Somebody with the link can still come in as another viewer, for example by loading the page again.
   * @param viewer as in the daemon's events
   * @throws {DaemonError} `unknown-viewer`
   */
  dropViewer(shareId: string, viewer: string): Promise<void>;
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
  readonly #ended: EndedShares;
  readonly #expiries = new Map<string, () => void>();
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
    const { links } = options.store;
    this.#ended = new EndedShares({ signals: this.#signals, links, logger: this.#logger, signal: this.#closing.signal });
  }

  get shares(): readonly ShareInfo[] {
    return [...this.#shares.values()].map(({ info }) => info);
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async addShare(request: ShareRequest, { signal }: { signal?: AbortSignal } = {}): Promise<ShareInfo> {
    signal?.throwIfAborted();
    const share = await this.#prepare(request);
    // Added before it is registered: a viewer who has the link from an earlier run may connect at once.
    this.#reserve(share);
    try {
      await this.#register(share, signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]));
    } catch (error) {
      this.#shares.delete(share.info.id);
      throw error;
    }
    this.#listen();
    this.#watchExpiry(share, share.info.terms);
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
    if (reason === "revoked" || reason === "expired" || reason === "used-up") return this.#endShare(share, reason);
    this.#forget(share);
    await Promise.all([...this.#stopSessions(id, reason, "the host stopped sharing"), this.#revoke(id), share.gate?.close()]);
    this.#logger.info("a share was removed", { shareId: id, reason });
  }

  async dropViewer(shareId: string, viewer: string): Promise<void> {
    const sessions = [...this.#sessions].filter((session) => session.shareId === shareId && session.viewer === viewer);
    if (sessions.length === 0) throw new DaemonError("unknown-viewer", `the share has no viewer ${viewer}`);
    this.#viewers.drop(shareId, viewer);
    await Promise.all(sessions.map((session) => session.stop("dropped", "the host disconnected this viewer")));
    this.#logger.info("a viewer was disconnected", { shareId, viewer });
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
    const shares = [...this.#shares.values()];
    for (const share of shares) this.#forget(share);
    await Promise.all([...shares.map(({ gate }) => gate?.close()), this.#ended.close()]);
    this.#signals.close();
  }

  /** Ends a link for good. Its registration stays, so that viewers who open it are told so. */
  async #endShare(share: Share, reason: LinkEnd): Promise<void> {
    const { info, content, keys, gate } = share;
    this.#forget(share);
    this.#ended.add(info.id, keys, reason);
    const message = endMessage(reason);
    const ending = this.#stopSessions(info.id, reason, message);
    await gate?.close();
    await this.#options.store.links.end(content.key, info.id, reason);
    this.#emit({ type: "share-ended", shareId: info.id, reason, message });
    await Promise.all(ending);
    this.#logger.info("a link has ended", { shareId: info.id, reason });
  }

  #forget({ info: { id } }: Share): void {
    this.#shares.delete(id);
    this.#expiries.get(id)?.();
    this.#expiries.delete(id);
  }

  #stopSessions(id: string, reason: GoodbyeReason, message: string): Promise<void>[] {
    return [...this.#sessions].filter(({ shareId }) => shareId === id).map((session) => session.stop(reason, message));
  }

  #watchExpiry(share: Share, { expiresMs }: ShareTerms): void {
    if (expiresMs === undefined || !this.#shares.has(share.info.id)) return;
    this.#expiries.set(
      share.info.id,
      watchExpiry(expiresMs, () => void this.#expire(share)),
    );
  }

  /** Another daemon may have given the link more time. */
  async #expire(share: Share): Promise<void> {
    const { info, content } = share;
    try {
      const terms = await this.#options.store.links.termsOf(content.key, info.id);
      if (!this.#shares.has(info.id)) return;
      if (terms !== undefined && !isExpired(terms)) this.#watchExpiry(share, terms);
      else await this.#endShare(share, "expired");
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#logger.error("the end of a link can't be saved", { shareId: info.id, error });
    }
  }

  /** Checks what is to be shared, and creates its share. */
  async #prepare({ name, terms, keep, settings, ...shared }: ShareRequest): Promise<Share> {
    const { store, relay, page = relay } = this.#options;
    const content = await inspectContent(shared, { crcs: this.#crcs, logger: this.#logger });
    this.#checkCanAdd(content);
    const held = await store.links.hold(content.key, {
      request: { ...shared, path: content.paths, ...(name === undefined ? {} : { name }) },
      isFolder: content.isFolder,
      page,
      relay,
      ...(terms === undefined ? {} : { terms }),
      ...(keep === undefined ? {} : { keep }),
      ...(settings === undefined ? {} : { settings }),
    });
    return createShare({ content, name, held, gate: this.#createGate(held, content), relay, page });
  }

  #createGate({ id, terms: { maxDownloads }, downloads }: HeldLink, { isFolder }: ShareContent): DownloadGate | undefined {
    if (maxDownloads === undefined) return undefined;
    return new DownloadGate({
      log: downloads,
      maxDownloads,
      onTaken: (path, taken) => {
        this.#emit({ type: "download-taken", shareId: id, path: shownPath(path), taken, maxDownloads });
        if (isFolder || taken < maxDownloads) return;
        this.#emit({ type: "share-ended", shareId: id, reason: "used-up", message: endMessage("used-up") });
      },
      onFault: (error) => this.#logger.error("a part of a download can't be counted", { shareId: id, error }),
    });
  }

  /** Before the store's record changes. */
  #checkCanAdd({ key, path }: ShareContent): void {
    if (this.#closing.signal.aborted) throw new DaemonError("closed", "the daemon is closed");
    const same = [...this.#shares.values()].some(({ content }) => content.key === key);
    if (same) throw new DaemonError("already-shared", `${path} is shared already`);
    if (this.#shares.size >= this.#limits.shares) throw new DaemonError("too-many-shares", `${this.#shares.size} links are shared already`);
  }

  /** Others may have been added since the check. */
  #reserve(share: Share): void {
    this.#checkCanAdd(share.content);
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
    void this.#ended.start((id) => this.#shares.has(id));
  }

  async #takeSessions(): Promise<void> {
    for await (const incoming of this.#signals.sessions({ signal: this.#closing.signal })) this.#admit(incoming);
  }

  /** Accepts or drops a session. Nothing is allocated for a dropped one (L-3). */
  #admit(incoming: IncomingSession): void {
    const { shareId, sessionId } = incoming;
    const share = this.#shares.get(shareId) ?? this.#ended.get(shareId);
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
      iceServers: limitIceServers([...iceServers, ...("iceServers" in share ? share.iceServers : [])]),
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
