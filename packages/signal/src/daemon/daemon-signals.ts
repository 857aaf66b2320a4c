import { DaemonStream, type RelayState } from "./daemon-stream.ts";
import type { Identity } from "../link/identity.ts";
import { withoutEndSlashes } from "../link/web-address.ts";
import { retry } from "../relay-api/retry.ts";
import type { IceServer } from "../relay-api/relay-answers.ts";
import { type IncomingSession, SessionTable } from "./session-table.ts";
import { ShareRegistry, type ShareToRegister } from "../relay-api/share-registry.ts";
import type { SignalError } from "../relay-api/signal-error.ts";

export interface DaemonSignalsOptions {
  /** The relay's address. Registrations are signed for its origin. */
  readonly relay: string;
  readonly identity: Identity;
  /** Identifies this run of the daemon: {@link createRandomId} at each start. */
  readonly epoch: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Called after each change. */
  readonly onState?: (state: RelayState) => void;
  /** Called when the relay refuses a share that it accepted before; registration is retried about once a minute. */
  readonly onRefused?: (shareId: string, error: SignalError) => void;
}

/** The daemon's side of the relay: one event stream for all its shares and sessions. */
export interface DaemonSignals {
  readonly state: RelayState;
  /**
   * Registers a share, and registers it again whenever the relay has lost it. Temporary failures are retried until `signal` aborts, or for two minutes
   * without a signal. Registering a share a second time gives fresh credentials for its ICE servers.
   * @throws {SignalError} at once when the relay refuses
   */
  register(share: ShareToRegister, options?: { readonly signal?: AbortSignal }): Promise<{ shareId: string; iceServers: IceServer[] }>;
  /** Revokes a share. A share that the relay no longer has is not an error. Retries as `register` does. */
  revoke(shareId: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** New sessions. One reader at a time; sessions that arrive without a reader are queued, up to a cap. Ends when `signal` aborts or after close(). */
  sessions(options: { readonly signal: AbortSignal }): AsyncIterable<IncomingSession>;
  /** Call after a change of network: reopens the event stream, and ends waits before a retry. */
  networkChanged(): void;
  /** Ends the event stream and every session's `messages()` at once. Shares stay registered until they expire at the relay. */
  close(): void;
}

/** The daemon's connection to a relay. Sends nothing until the first share is registered. */
export function connectDaemon(options: DaemonSignalsOptions): DaemonSignals {
  const relay = withoutEndSlashes(options.relay);
  const { origin } = new URL(relay);
  const { identity, epoch, fetch, onRefused } = options;
  const registry = new ShareRegistry({ relay, origin, identity, epoch, fetch, onRefused });
  const table = new SessionTable({ base: relay, fetch });
  const stream = new DaemonStream({ relay, fetch, registry, table, onState: options.onState });

  return {
    get state() {
      return stream.state;
    },
    async register(share, { signal } = {}) {
      const onTrouble = (error: SignalError): void => stream.retrying(error);
      const { shareId, iceServers } = await retry(() => registry.register(share, signal), { signal, onTrouble });
      stream.start();
      return { shareId, iceServers };
    },
    revoke: (shareId, { signal } = {}) => retry(() => registry.revoke(shareId, signal), { signal }),
    sessions: ({ signal }) => table.incoming.read(signal),
    networkChanged: () => stream.renew(),
    close: () => stream.close(),
  };
}
