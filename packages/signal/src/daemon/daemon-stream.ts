import { relayBackoffMs } from "../relay-api/relay-backoff.ts";
import { EventPosition, followEvents } from "../relay-api/follow-events.ts";
import { onAbort } from "@rangecast/base";
import { isFinal, mayPass } from "../relay-api/relay-failure.ts";
import { pause, Renewal } from "../relay-api/renewal.ts";
import type { SessionTable } from "./session-table.ts";
import type { ShareRegistry } from "../relay-api/share-registry.ts";
import { SignalError } from "../relay-api/signal-error.ts";

/** Whether the daemon's event stream is open; if not, why: no error means that nothing is shared, or that it was closed. */
export type RelayState = { readonly online: true } | { readonly online: false; readonly error?: SignalError };

const EVENTS_PATH = "/api/v1/daemon/events";
/** After so long an outage the shares are registered anew, milliseconds: a relay may forget a share whose daemon is away sooner than its token. */
const REGISTER_ANEW_AFTER_MS = 60_000;
/** How often a share that was refused is tried again, milliseconds. */
const RECONSIDER_AFTER_MS = 60_000;

export interface DaemonStreamOptions {
  readonly relay: string;
  readonly fetch: typeof fetch | undefined;
  readonly registry: ShareRegistry;
  readonly table: SessionTable;
  readonly onState: ((state: RelayState) => void) | undefined;
}

/** Keeps the event stream open while there are shares, and the shares registered. */
export class DaemonStream {
  state: RelayState = { online: false };
  readonly #options: DaemonStreamOptions;
  readonly #closing = new AbortController();
  readonly #position = new EventPosition();
  readonly #renewal = new Renewal();
  #running = false;
  #reconsideredMs = 0;

  constructor(options: DaemonStreamOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running || this.#closing.signal.aborted) return;
    this.#running = true;
    this.#run(this.#closing.signal)
      // Not the relay's fault, so ours: whoever reads the sessions must hear of it.
      .catch((error: unknown) => this.#options.table.close({ error }))
      .finally(() => {
        this.#running = false;
        this.#become({ online: false });
      });
  }

  /** The network may be another one now: what is open may be dead without a word. */
  renew(): void {
    this.#renewal.renew();
  }

  close(): void {
    this.#closing.abort();
    this.#options.table.close();
  }

  /** A try failed that is made again. While the stream is open, that is no matter. */
  troubled(error: SignalError): void {
    if (!this.state.online) this.#become({ online: false, error });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { registry } = this.#options;
    for (let failures = 0; !signal.aborted && registry.size > 0;) {
      try {
        await registry.registerMissing(signal);
        this.#reconsideredMs = performance.now();
        await this.#follow(registry.token ?? "", signal, () => (failures = 0));
        registry.forgotten();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SignalError)) throw error;
        // What may pass came from registering: what was registered so far stands. Anything else: start from nothing.
        if (!mayPass(error)) registry.forgotten();
        failures += 1;
        this.#become({ online: false, error });
        // A relay that was restarted answers so, once: nothing is gained by waiting.
        if (failures === 1 && isFinal(error)) continue;
        await pause(relayBackoffMs(failures, error.retryAfterMs), this.#renewal, signal);
      }
    }
  }

  /** Reads the stream until the relay refuses the token, which throws, or until it was away for so long that all has to be registered anew. */
  async #follow(key: string, closing: AbortSignal, onOpen: () => void): Promise<void> {
    const { relay, fetch, table } = this.#options;
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
      renewal: this.#renewal,
      onOpen: () => {
        awaySinceMs = undefined;
        onOpen();
        this.#become({ online: true });
        this.#reconsider(run.signal);
      },
      onTrouble: (error) => {
        awaySinceMs ??= performance.now();
        this.#become({ online: false, error });
        if (performance.now() - awaySinceMs > REGISTER_ANEW_AFTER_MS) stop();
      },
    });
    try {
      for await (const event of events) table.take(event);
    } finally {
      unlisten();
    }
  }

  /** The relay ends each response after about 25 s; at those times what it refused earlier is offered again, in the background. */
  #reconsider(signal: AbortSignal): void {
    const { registry, table } = this.#options;
    if (registry.isComplete || performance.now() - this.#reconsideredMs < RECONSIDER_AFTER_MS) return;
    this.#reconsideredMs = performance.now();
    registry.reconsider();
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
