import type { Identity } from "./identity.ts";
import type { IceServer } from "./relay-answers.ts";
import type { SignalClient } from "./signal-client.ts";
import type { SignalError } from "./signal-error.ts";

/** Whether the daemon's event stream is open; if not, why. */
export type RelayState = { readonly online: true } | { readonly online: false; readonly error?: SignalError };

export interface DaemonSignalsOptions {
  /** The relay's address. Its origin is what registrations are signed for. */
  readonly relay: string;
  readonly identity: Identity;
  readonly epoch: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Told of each change. */
  readonly onState?: (state: RelayState) => void;
}

export interface ShareToRegister {
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly joinHash: string;
}

export interface IncomingSession {
  readonly shareId: string;
  readonly sessionId: string;
  /** Sealed: try it with {@link openPayload} before allocating anything. */
  readonly offerPayload: string;
  /** Not yet sealed; `messages()` yields the offer first. */
  readonly signals: SignalClient;
  /** Forgets the session: what still comes for it is dropped. Leaving `signals.messages()` does so too. */
  close(): void;
}

/** The daemon's side of the relay: one event stream for all its shares and sessions. */
export interface DaemonSignals {
  readonly state: RelayState;
  /**
   * Registers a share, and again by itself whenever the relay forgot it. Tries until `signal` aborts.
   * @throws {SignalError} at once when the relay refuses
   */
  register(share: ShareToRegister, options?: { readonly signal?: AbortSignal }): Promise<{ shareId: string; iceServers: IceServer[] }>;
  /** Takes a share back. What is not there any more is no error. */
  revoke(shareId: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** New sessions. One reader at a time; what comes while nobody reads is kept, capped. Ends when `signal` aborts or after close(). */
  sessions(options: { readonly signal: AbortSignal }): AsyncIterable<IncomingSession>;
  /** Ends the event stream and every session's `messages()`, now. Shares stay registered until the relay forgets them. */
  close(): void;
}

/** No effects until the first share is registered. */
export function connectDaemon(options: DaemonSignalsOptions): DaemonSignals {
  throw new Error("not written yet", { cause: options.relay });
}
