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
import { type Logger, withFields } from "../logger.ts";
import { readOffer, readRestartOffer } from "../session/offer.ts";
import { type AcceptedOffer, type Session, startSession } from "../session/session.ts";
import type { Share } from "./share.ts";
import type { Viewers, ViewerSession } from "./viewers.ts";

export interface HostedSessionOptions {
  readonly incoming: IncomingSession;
  readonly share: Share;
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
    incoming.close();
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

  /** @throws {SessionError} `bad-offer`, `refused` (caps), `file-gone` or `no-file` */
  async #accept(payload: string): Promise<AcceptedOffer> {
    const { share, identity, viewers } = this.#options;
    const { sdp, viewer = this.id, features = [] } = readOffer(payload, { sealed: true });
    this.#viewer = viewer;
    this.#viewerSession = viewers.claim(this.shareId, viewer, () => this.#session?.deliveredBytes ?? 0);
    const binding = { identity, shareNonce: share.keys.nonce, shareId: this.shareId, sessionId: this.id };
    /** Makes the answer to this offer. */
    const writerOf =
      (offerText: string): AcceptedOffer["writeAnswer"] =>
      (answer) =>
        sealAnswer({ ...binding, offerText, answer: { type: "answer", sdp: answer } });
    return {
      sdp,
      resources: await share.content.open(),
      displayName: share.info.name,
      writeAnswer: writerOf(payload),
      ...(features.includes(ICE_RESTART_FEATURE)
        ? { acceptRestart: (later: string) => ({ sdp: readRestartOffer(later, sdp).sdp, writeAnswer: writerOf(later) }) }
        : {}),
    };
  }
}
