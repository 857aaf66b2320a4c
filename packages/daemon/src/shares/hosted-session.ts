import type { IceServer, PeerConnectionFactory } from "@rangecast/rtc";
import {
  deriveSessionKeys,
  ICE_RESTART_FEATURE,
  type Identity,
  type IncomingSession,
  openPayload,
  sealAnswer,
  SealError,
  type SessionKeys,
  sealSignalClient,
} from "@rangecast/signal";
import type { GoodbyeReason } from "@rangecast/wire";
import { SessionError } from "../daemon-error.ts";
import { type Logger, withFields } from "../logger.ts";
import { readOffer, readRestartOffer } from "../session/offer.ts";
import { type AcceptedOffer, type Session, startSession } from "../session/session.ts";
import type { ResourceTree } from "../resources/resource.ts";
import { isExpired } from "../terms/share-terms.ts";
import { shownPath, watchTree } from "../terms/watched-tree.ts";
import { endedError, endMessage, type EndedShare } from "./ended-shares.ts";
import type { Share } from "./share.ts";
import type { Viewers, ViewerSession } from "./viewers.ts";

const LIMIT_MESSAGE = "other viewers download the file, as many as the host allows";

export interface HostedSessionOptions {
  readonly incoming: IncomingSession;
  /** Viewers of an ended one are told so. */
  readonly share: Share | EndedShare;
  readonly epoch: string;
  readonly identity: Identity;
  readonly viewers: Viewers;
  readonly createPeerConnection: PeerConnectionFactory;
  readonly iceServers: readonly IceServer[];
  readonly logger: Logger;
  /** The offer could be decrypted, so its sender has the link. */
  readonly onOpened: () => void;
  /** The offer could not be decrypted, and the session was dropped. */
  readonly onDropped: () => void;
}

/** One sealed session of a share: its offer is opened before anything is allocated (L-3), and its answer is bound to the share (L-5). */
export class HostedSession {
  readonly id: string;
  readonly shareId: string;
  readonly #options: HostedSessionOptions;
  #session: Session | undefined;
  #viewerSession: ViewerSession | undefined;
  #viewer: string | undefined;
  /** The path that was read last, for display. */
  #reading: string | undefined;
  /** The viewer's downloads no longer wait for this session. */
  #leaveGate: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #stop: { readonly reason: GoodbyeReason; readonly message: string } | undefined;

  constructor(options: HostedSessionOptions) {
    this.#options = options;
    this.id = options.incoming.sessionId;
    this.shareId = options.share.info.id;
  }

  /** Resolves when the session has ended and everything is closed. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** The id that the viewer chose; undefined until its offer was read. */
  get viewer(): string | undefined {
    return this.#viewer;
  }

  /** Whether its channel is open. */
  get open(): boolean {
    return this.#session?.open ?? false;
  }

  /** Ends it with a goodbye, within a few seconds. */
  stop(reason: GoodbyeReason, message: string): Promise<void> {
    this.#stop = { reason, message };
    this.#session?.stop(reason, message);
    return this.run();
  }

  async #run(): Promise<void> {
    const { incoming, share, epoch, logger, onOpened, onDropped } = this.#options;
    const { secret } = share.keys;
    const keys = await deriveSessionKeys({ secret, shareId: this.shareId, sessionId: this.id, epoch, side: "agent" });
    const opens = await this.#offerOpens(keys);
    if (opens) onOpened();
    else onDropped();
    if (!opens || this.#stop !== undefined) return incoming.close();
    const session = startSession({
      signals: sealSignalClient(incoming.signals, keys),
      acceptOffer: (payload) => this.#accept(payload),
      createPeerConnection: this.#options.createPeerConnection,
      iceServers: this.#options.iceServers,
      logger: withFields(logger, { shareId: this.shareId, sessionId: this.id }),
      saysBye: true,
      onOpen: (path) => this.#viewerSession?.opened(path),
      onPath: (path) => this.#viewerSession?.pathChanged(path),
    });
    this.#session = session;
    const end = await session.ended;
    if (this.#viewerSession === undefined) this.#options.viewers.failed(this.shareId, this.#viewer, end);
    else this.#viewerSession.ended(end);
    this.#leaveGate();
    incoming.close();
  }

  /** @throws {SessionError} */
  #claim({ info: { terms, isFolder }, gate }: Share, viewer: string): void {
    if (isExpired(terms)) throw endedError("expired");
    const refusal = isFolder ? undefined : gate?.refusal(viewer, "");
    if (refusal === "used-up") throw endedError(refusal);
    if (refusal === "limit") throw new SessionError("refused", LIMIT_MESSAGE);
    this.#viewerSession = this.#options.viewers.claim(this.shareId, viewer, {
      deliveredBytes: () => this.#session?.deliveredBytes ?? 0,
      reading: () => (this.#reading === undefined ? undefined : shownPath(this.#reading)),
      maxViewers: terms.maxViewers,
    });
    if (gate !== undefined) this.#leaveGate = gate.enter(viewer);
  }

  #watch(tree: ResourceTree, { gate }: Share, viewer: string): ResourceTree {
    return watchTree(tree, {
      onRead: ({ path }) => (this.#reading = path === "" ? undefined : path),
      counter: gate && {
        refusal: (path) => gate.refusal(viewer, path),
        take: (file, start, end) => gate.take(viewer, file, start, end),
      },
      onRefused: (refusal) => void this.stop(refusal, refusal === "limit" ? LIMIT_MESSAGE : endMessage(refusal)),
    });
  }

  async #offerOpens(keys: SessionKeys): Promise<boolean> {
    try {
      await openPayload(keys, { from: "browser", type: "offer", payload: this.#options.incoming.offerPayload });
      return true;
    } catch (error) {
      if (error instanceof SealError) return false;
      throw error;
    }
  }

  /** @throws {SessionError} `bad-offer`, `refused` (limits), `dropped`, the reason why the share ended, `file-gone` or `no-file` */
  async #accept(payload: string): Promise<AcceptedOffer> {
    const { share, identity } = this.#options;
    const { sdp, viewer = this.id, features = [] } = readOffer(payload, { sealed: true });
    this.#viewer = viewer;
    if ("ended" in share) throw endedError(share.ended);
    this.#claim(share, viewer);
    const binding = { identity, shareNonce: share.keys.nonce, shareId: this.shareId, sessionId: this.id };
    /** Makes the answer to this offer. */
    const writerOf =
      (offerText: string): AcceptedOffer["writeAnswer"] =>
      (answer) =>
        sealAnswer({ ...binding, offerText, answer: { type: "answer", sdp: answer } });
    return {
      sdp,
      resources: this.#watch(await share.content.open(), share, viewer),
      displayName: share.info.name,
      writeAnswer: writerOf(payload),
      ...(features.includes(ICE_RESTART_FEATURE)
        ? { acceptRestart: (later: string) => ({ sdp: readRestartOffer(later, sdp).sdp, writeAnswer: writerOf(later) }) }
        : {}),
    };
  }
}
