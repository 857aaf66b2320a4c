import type { SignalMessage, SignalSide, SignalType } from "./message.ts";
import type { SignalError } from "./signal-error.ts";

export interface OutgoingSignal {
  readonly type: SignalType;
  readonly payload: string;
}

/** One session's signalling, seen from one side. Plain or sealed: what uses it can't tell. */
export interface SignalClient {
  /**
   * Posts through one ordered queue, one request at a time. A failure that may pass is tried again with backoff, at least once delivered, until `signal`
   * aborts (it rejects with the signal's reason) or, without one, for {@link POST_PATIENCE_MS}.
   * @throws {SignalError} at once for `unauthorized`, `forbidden`, `not-found`, `refused`, `queue-full`
   */
  post(message: OutgoingSignal, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The other side's messages, in order. Ends when `signal` aborts; reopens the event stream by itself.
   * @throws {SignalError} `unauthorized`, `forbidden`, `not-found`, `over-cap`
   */
  messages(options: { readonly signal: AbortSignal }): AsyncIterable<SignalMessage>;
}

export interface SignalClientOptions {
  /** The relay's address, with no slash at the end needed. */
  readonly base: string;
  readonly sessionId: string;
  /** Bearer key: an API key of the relay, or a session token. */
  readonly key: string;
  /** Which side we are: posts carry it, and our own messages are skipped when read. */
  readonly side: SignalSide;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Told of each failure that is tried again. */
  readonly onTrouble?: (error: SignalError) => void;
}

/** The base protocol's client (1.1): no effects until it is used. */
export function createSignalClient(options: SignalClientOptions): SignalClient {
  throw new Error("not written yet", { cause: options });
}
