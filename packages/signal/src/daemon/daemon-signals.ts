import { DaemonStream, type RelayState } from "./daemon-stream.ts";
import type { Identity } from "../link/identity.ts";
import { withoutEndSlashes } from "../link/web-address.ts";
import { persist } from "../relay-api/persist.ts";
import type { IceServer } from "../relay-api/relay-answers.ts";
import { type IncomingSession, SessionTable } from "./session-table.ts";
import { ShareRegistry, type ShareToRegister } from "../relay-api/share-registry.ts";
import type { SignalError } from "../relay-api/signal-error.ts";

export interface DaemonSignalsOptions {
  /** The relay's address. Its origin is what registrations are signed for. */
  readonly relay: string;
  readonly identity: Identity;
  /** Random at each start: createRandomId(). */
  readonly epoch: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Told of each change. */
  readonly onState?: (state: RelayState) => void;
  /** Told of a share that the relay took once and refuses now; it is asked again about once a minute. */
  readonly onRefused?: (shareId: string, error: SignalError) => void;
}

/** The daemon's side of the relay: one event stream for all its shares and sessions. */
export interface DaemonSignals {
  readonly state: RelayState;
  /**
   * Registers a share, and from then on again by itself whenever the relay forgot it. What may pass is tried again until `signal` aborts, without one for
   * two minutes. A share that is registered already is registered anew: its ICE servers' credentials are fresh then.
   * @throws {SignalError} at once when the relay refuses
   */
  register(share: ShareToRegister, options?: { readonly signal?: AbortSignal }): Promise<{ shareId: string; iceServers: IceServer[] }>;
  /** Takes a share back. What is not there any more is no error. Tries as `register` does. */
  revoke(shareId: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** New sessions. One reader at a time; what comes while nobody reads is kept, capped. Ends when `signal` aborts or after close(). */
  sessions(options: { readonly signal: AbortSignal }): AsyncIterable<IncomingSession>;
  /** The way to the relay may be another one now: the event stream is opened anew, and what waits for its next try has it at once. */
  networkChanged(): void;
  /** Ends the event stream and every session's `messages()`, now. Shares stay registered until the relay forgets them. */
  close(): void;
}

/** How long a registration or a revocation without a signal is tried for, milliseconds. */
const PATIENCE_MS = 120_000;

/** Nothing happens until the first share is registered. */
export function connectDaemon(options: DaemonSignalsOptions): DaemonSignals {
  const relay = withoutEndSlashes(options.relay);
  const { origin } = new URL(relay);
  const { identity, epoch, fetch, onRefused } = options;
  const registry = new ShareRegistry({ relay, origin, identity, epoch, fetch, onRefused });
  const table = new SessionTable({ relay, fetch });
  const stream = new DaemonStream({ relay, fetch, registry, table, onState: options.onState });
  const untilMs = (signal: AbortSignal | undefined): number => (signal === undefined ? performance.now() + PATIENCE_MS : Infinity);

  return {
    get state() {
      return stream.state;
    },
    async register(share, { signal } = {}) {
      signal?.throwIfAborted();
      const onTrouble = (error: SignalError): void => stream.troubled(error);
      const answer = await persist(() => registry.register(share, signal), { signal, untilMs: untilMs(signal), onTrouble });
      stream.start();
      return { shareId: answer.shareId, iceServers: answer.iceServers };
    },
    async revoke(shareId, { signal } = {}) {
      signal?.throwIfAborted();
      await persist(() => registry.revoke(shareId, signal), { signal, untilMs: untilMs(signal) });
    },
    sessions: ({ signal }) => table.arrivals.read(signal),
    networkChanged: () => stream.renew(),
    close: () => stream.close(),
  };
}
