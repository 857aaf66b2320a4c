import { onAbort } from "@rangecast/base";
import { relayBackoffMs } from "../relay-api/retry.ts";
import { EventPosition, followEvents } from "../relay-api/follow-events.ts";
import { isFinal, mayPass } from "../relay-api/relay-failure.ts";
import { ReadingMemory } from "../relay-api/reading-memory.ts";
import { pause, Renewal } from "../relay-api/renewal.ts";
import type { SessionTable } from "./session-table.ts";
import type { ShareRegistry } from "../relay-api/share-registry.ts";
import { SignalError } from "../relay-api/signal-error.ts";

/** Whether the daemon's event stream is open, or polled (L-16), and if not, why: without an error nothing is shared, or the stream was closed. */
export type RelayState = { readonly online: true } | { readonly online: false; readonly error?: SignalError };

const EVENTS_PATH = "/api/v1/daemon/events";
/** Length of an outage after which all shares are registered again, milliseconds: a relay may drop the shares of an absent daemon before its token. */
const REREGISTER_AFTER_MS = 60_000;
/** Interval at which refused shares are registered again, milliseconds. */
const RETRY_REFUSED_MS = 60_000;

export interface DaemonStreamOptions {
  readonly relay: string;
  readonly fetch: typeof fetch | undefined;
  readonly registry: ShareRegistry;
  readonly table: SessionTable;
  readonly onState: ((state: RelayState) => void) | undefined;
}

/** Keeps the shares registered, and the event stream open as long as there are shares. */
export class DaemonStream {
  state: RelayState = { online: false };
  readonly #options: DaemonStreamOptions;
  readonly #closing = new AbortController();
  readonly #position = new EventPosition();
  readonly #memory = new ReadingMemory();
  readonly #renewal = new Renewal();
  #running = false;
  #retriedRefusedMs = 0;

  constructor(options: DaemonStreamOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running || this.#closing.signal.aborted) return;
    this.#running = true;
    this.#run(this.#closing.signal)
      // Only a fault of ours ends here: it must reach the reader of the sessions.
      .catch((error: unknown) => this.#options.table.close({ error }))
      .finally(() => {
        this.#running = false;
        this.#become({ online: false });
      });
  }

  /** Reopens the stream after a change of network, since the connection may be dead without notice. */
  renew(): void {
    this.#renewal.renew();
  }

  close(): void {
    this.#closing.abort();
    this.#options.table.close();
  }

  /** A registration failed and is retried: reported as the state, unless the stream is open. */
  retrying(error: SignalError): void {
    if (!this.state.online) this.#become({ online: false, error });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { registry } = this.#options;
    for (let failures = 0; !signal.aborted && registry.size > 0;) {
      try {
        await registry.registerMissing(signal);
        this.#retriedRefusedMs = performance.now();
        await this.#follow(registry.token ?? "", signal, () => (failures = 0));
        registry.markAllUnknown();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SignalError)) throw error;
        // A temporary failure can only come from registering: shares that were registered so far stay so. Otherwise start from nothing.
        if (!mayPass(error)) registry.markAllUnknown();
        failures += 1;
        this.#become({ online: false, error });
        // A restarted relay refuses the old token once: register again without a wait (L-15).
        if (failures === 1 && isFinal(error)) continue;
        await pause(relayBackoffMs(failures, error.retryAfterMs), this.#renewal, signal);
      }
    }
  }

  /** Reads the stream until an outage was so long that all shares have to be registered again. @throws {SignalError} when the relay refuses the token */
  async #follow(key: string, closing: AbortSignal, onOpen: () => void): Promise<void> {
    const { relay, fetch, registry, table } = this.#options;
    const run = new AbortController();
    const stop = (): void => run.abort();
    const unlisten = onAbort(closing, stop);
    let awaySinceMs: number | undefined;
    this.#position.lastId = undefined;
    const events = followEvents({
      fetch,
      url: `${relay}${EVENTS_PATH}`,
      key,
      position: this.#position,
      signal: run.signal,
      polls: registry.polls,
      memory: this.#memory,
      renewal: this.#renewal,
      onOpen: () => {
        awaySinceMs = undefined;
        onOpen();
        this.#become({ online: true });
        this.#retryRefused(run.signal);
      },
      onTrouble: (error) => {
        awaySinceMs ??= performance.now();
        this.#become({ online: false, error });
        if (performance.now() - awaySinceMs > REREGISTER_AFTER_MS) stop();
      },
    });
    try {
      for await (const event of events) table.take(event);
    } finally {
      unlisten();
    }
  }

  /** Registers refused shares again, in the background. Called at each opening of the stream, so about every 25 s (S-2). */
  #retryRefused(signal: AbortSignal): void {
    const { registry, table } = this.#options;
    if (registry.isComplete || performance.now() - this.#retriedRefusedMs < RETRY_REFUSED_MS) return;
    this.#retriedRefusedMs = performance.now();
    registry.markRefusedUnknown();
    registry.registerMissing(signal).catch((error: unknown) => {
      if (!(error instanceof SignalError) && !signal.aborted) table.close({ error });
    });
  }

  #become(state: RelayState): void {
    const before = this.state;
    this.state = state;
    if (before.online === state.online && errorOf(before)?.reason === errorOf(state)?.reason) return;
    this.#options.onState?.(state);
  }
}

function errorOf(state: RelayState): SignalError | undefined {
  return state.online ? undefined : state.error;
}
