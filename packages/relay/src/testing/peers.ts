import {
  connectDaemon,
  createIdentity,
  createRandomId,
  createSecret,
  createShareNonce,
  type DaemonSignals,
  deriveJoinToken,
  computeShareId,
  deriveSessionKeys,
  formatOffer,
  type Identity,
  type IncomingSession,
  joinHash,
  type JoinedShare,
  joinShare,
  openPayload,
  sealAnswer,
  sealPayload,
  sealSignalClient,
  type SealError,
  type SessionKeys,
  type ShareLink,
  type SignalClient,
} from "@rangecast/signal";
import { ORIGIN } from "./relay-fixture.ts";

/** Both sides' SDP in these tests, which test signalling only. */
export const SDP = "v=0\r\n";

/** One side of a session. */
export interface PeerSession {
  readonly sessionId: string;
  readonly keys: SessionKeys;
  /** Sealed. */
  readonly signals: SignalClient;
  /** Why messages were dropped. */
  readonly dropped: SealError[];
}

/** A daemon with one share, made of the real client code. */
export class TestDaemon {
  readonly signals: DaemonSignals;
  readonly identity: Identity;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly epoch: string = createRandomId();
  readonly link: ShareLink;
  readonly #stopping = new AbortController();
  readonly #sessions: AsyncIterator<IncomingSession>;

  private constructor(
    identity: Identity,
    { shareId, shareNonce, secret }: Pick<TestDaemon, "shareNonce" | "secret"> & { readonly shareId: string },
    fetch: typeof globalThis.fetch,
  ) {
    this.identity = identity;
    this.shareNonce = shareNonce;
    this.secret = secret;
    this.link = { page: ORIGIN, relay: ORIGIN, shareId, secret };
    this.signals = connectDaemon({ relay: ORIGIN, identity, epoch: this.epoch, fetch });
    this.#sessions = this.signals.sessions({ signal: this.#stopping.signal })[Symbol.asyncIterator]();
  }

  static async start(fetch: typeof globalThis.fetch): Promise<TestDaemon> {
    const identity = await createIdentity();
    const shareNonce = createShareNonce();
    const shareId = await computeShareId(identity.publicKey, shareNonce);
    const daemon = new TestDaemon(identity, { shareId, shareNonce, secret: createSecret() }, fetch);
    await daemon.register();
    return daemon;
  }

  /** Another run of the same daemon: the same keys, another epoch. */
  async restart(fetch: typeof globalThis.fetch): Promise<TestDaemon> {
    const { identity, shareNonce, secret } = this;
    const next = new TestDaemon(identity, { shareId: this.link.shareId, shareNonce, secret }, fetch);
    await next.register();
    return next;
  }

  async register(): Promise<void> {
    const token = await deriveJoinToken(this.secret, this.link.shareId);
    await this.signals.register({ shareNonce: this.shareNonce, joinHash: await joinHash(token) });
  }

  /** The next incoming session. */
  async nextSession(): Promise<IncomingSession> {
    const { value, done } = await this.#sessions.next();
    if (done === true) {
      throw new Error("the daemon was stopped");
    }
    return value;
  }

  /** Accepts a session, by default the next one, and answers its offer. @throws {SealError} if the offer doesn't open */
  async accept(incoming?: IncomingSession): Promise<PeerSession> {
    const session = incoming ?? (await this.nextSession());
    const { shareId, sessionId, offerPayload } = session;
    const keys = await deriveSessionKeys({ secret: this.secret, shareId, sessionId, epoch: this.epoch, side: "agent" });
    const { payload: offerText } = await openPayload(keys, { from: "browser", type: "offer", payload: offerPayload });
    const dropped: SealError[] = [];
    const signals = sealSignalClient(session.signals, keys, { onDropped: (error) => dropped.push(error) });
    const { identity, shareNonce } = this;
    await signals.post({
      type: "answer",
      payload: await sealAnswer({ identity, shareNonce, shareId, sessionId, offerText, answer: { type: "answer", sdp: SDP } }),
    });
    return { sessionId, keys, signals, dropped };
  }

  stop(): void {
    this.#stopping.abort();
    this.signals.close();
  }
}

export interface ViewerSession extends PeerSession {
  readonly offerText: string;
}

/** Opens a session as a viewer, with the real client code. */
export async function view(link: ShareLink, fetch: typeof globalThis.fetch): Promise<ViewerSession> {
  const joined: JoinedShare = await joinShare({ link, fetch });
  const { sessionId, epoch } = joined;
  const keys = await deriveSessionKeys({ secret: link.secret, shareId: link.shareId, sessionId, epoch, side: "browser" });
  const offerText = formatOffer({ sdp: SDP, viewer: createRandomId() });
  const client = await joined.open(await sealPayload(keys, "offer", offerText));
  const dropped: SealError[] = [];
  return { sessionId, keys, offerText, dropped, signals: sealSignalClient(client, keys, { onDropped: (error) => dropped.push(error) }) };
}

/** Collects the messages that one side reads. Stops when the signal aborts, or when the relay ends the session: then `ended` is the error. */
export class Listener {
  readonly heard: string[] = [];
  ended: unknown;

  constructor({ signals }: PeerSession, signal: AbortSignal) {
    void this.#run(signals, signal);
  }

  async #run(signals: SignalClient, signal: AbortSignal): Promise<void> {
    try {
      for await (const { type, payload } of signals.messages({ signal })) {
        this.heard.push(type === "candidate" ? payload : type);
      }
    } catch (error) {
      this.ended = error;
    }
  }
}
