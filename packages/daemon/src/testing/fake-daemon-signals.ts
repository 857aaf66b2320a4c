import {
  computeShareId,
  type DaemonSignals,
  type DaemonSignalsOptions,
  deriveSessionKeys,
  type IncomingSession,
  openPayload,
  parseLink,
  sealPayload,
  type SessionKeys,
  type ShareToRegister,
  type SignalType,
} from "@rangecast/signal";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";

/** The daemon's connection to a relay that doesn't exist. */
export class FakeDaemonSignals implements DaemonSignals {
  readonly state = { online: true } as const;
  readonly options: DaemonSignalsOptions;
  readonly registered: ShareToRegister[] = [];
  readonly revoked: string[] = [];
  iceServers: { urls: string; username?: string; credential?: string }[] = [];
  refusal: Error | undefined;
  networkChanges = 0;
  closed = false;
  readonly #queue: IncomingSession[] = [];
  #wake = (): void => {};

  constructor(options: DaemonSignalsOptions) {
    this.options = options;
  }

  async register(share: ShareToRegister): Promise<{ shareId: string; iceServers: { urls: string }[] }> {
    if (this.refusal !== undefined) throw this.refusal;
    this.registered.push(share);
    return { shareId: await computeShareId(this.options.identity.publicKey, share.shareNonce), iceServers: this.iceServers };
  }

  revoke(shareId: string): Promise<void> {
    this.revoked.push(shareId);
    return Promise.resolve();
  }

  async *sessions({ signal }: { signal: AbortSignal }): AsyncGenerator<IncomingSession> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    while (!signal.aborted) {
      const session = this.#queue.shift();
      if (session !== undefined) yield session;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  networkChanged(): void {
    this.networkChanges += 1;
  }

  close(): void {
    this.closed = true;
  }

  announce(session: IncomingSession): void {
    this.#queue.push(session);
    this.#wake();
  }
}

/** The viewer's side of one sealed session. */
export interface FakeViewer {
  readonly sessionId: string;
  /** The daemon's signalling, not yet sealed. */
  readonly signals: FakeSignals;
  readonly forgotten: () => boolean;
  /** Sends a sealed message. */
  readonly say: (type: SignalType, payload?: string) => Promise<void>;
  /** Returns the messages that the daemon posted, opened. */
  readonly heard: () => Promise<{ type: string; payload: string }[]>;
}

/** Announces a new session of a viewer with the link. */
export async function comeWith(
  relay: FakeDaemonSignals,
  link: string,
  offer: string,
  options: { sessionId?: string; epoch?: string } = {},
): Promise<FakeViewer> {
  const { shareId, secret } = parseLink(link);
  const { sessionId = crypto.randomUUID(), epoch = relay.options.epoch } = options;
  const keys: SessionKeys = await deriveSessionKeys({ secret, shareId, sessionId, epoch, side: "browser" });
  const signals = new FakeSignals();
  let forgotten = false;
  const offerPayload = await sealPayload(keys, "offer", offer);
  signals.give("offer", offerPayload);
  relay.announce({ shareId, sessionId, offerPayload, signals, close: () => void (forgotten = true) });
  return {
    sessionId,
    signals,
    forgotten: () => forgotten,
    say: async (type, payload = "") => signals.give(type, await sealPayload(keys, type, payload)),
    heard: () =>
      Promise.all(
        signals.posted.map(async ({ type, payload }) => {
          const opened = await openPayload(keys, { from: "agent", type, payload });
          return { type, payload: opened.payload };
        }),
      ),
  };
}
