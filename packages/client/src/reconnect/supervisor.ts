/*
 * Keeps one session open: replaces it when it is lost, and opens another one beside it when its host falls silent. It knows nothing about streams; those are
 * in stay-connected.ts.
 */
import { createDeferred, startTimer, watchSleep } from "@rangecast/base";
import type { Health } from "../channel/channel-health.ts";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import { Attempts, type Connect } from "./attempts.ts";
import { hasValidator } from "./resource-version.ts";
import { MISSING_PATIENCE_MS, outcomeOf } from "./outcome.ts";
import { FIRST_STATE, type ReconnectingEvent, type ReconnectingState, nextReconnectingState } from "./reconnecting-state.ts";

/** After a connection that lasted this long, milliseconds, the backoff starts over. */
export const STABLE_MS = 10_000;

/**
 * How long a host that was connected before may take to answer an offer, milliseconds. A relay may still announce sessions to a daemon that died, and the
 * daemon that replaces it doesn't know them. Each further attempt allows this much more, because the path may have become slow.
 */
const ANSWER_WAIT_MS = 5000;

/**
 * How long a restart of ICE may take before another session is opened beside a silent one, milliseconds: offer and answer by way of the relay, and a few round
 * trips of a slow path.
 */
export const RESTART_WAIT_MS = 4000;

/** When a file stops reconnecting. */
export interface ReconnectPolicy {
  /**
   * What happens if the first attempt fails, before there was any connection: `retry` makes another one, as after a lost connection; `throw` ends the file
   * with the attempt's error. @default "retry"
   */
  readonly firstFailure?: "retry" | "throw";
  /**
   * How long the file may be without a connection, milliseconds, counted from the loss of the last one, or from the first attempt that failed. After it the
   * file ends with the last error. @default no limit
   */
  readonly patienceMs?: number;
}

export interface SupervisorOptions extends ReconnectPolicy {
  readonly connect: Connect;
  readonly onState: (state: ReconnectingState) => void;
  /** `next` is the current session from now on. `previous` is still open, and is closed afterwards. */
  readonly onSession: (next: Connection, previous: Connection | undefined) => void;
  /** The current session is gone, and there is no other yet. */
  readonly onLost: (connection: Connection) => void;
  /** No further session follows. */
  readonly onEnded: (error: ClientError) => void;
  /** Called with an unexpected error, a bug of ours, before it ends the file. */
  readonly onFault: (error: unknown) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #attempts: Attempts;
  readonly #closed = createDeferred<CloseReason>();
  readonly #stopWatch: () => void;
  #state: ReconnectingState = FIRST_STATE;
  #reportedState: ReconnectingState | undefined;
  #current: Connection | undefined;
  #connectedAtMs: number | undefined;
  /** Nothing arrives from the current session's host. */
  #silent = false;
  /** Stops waiting for a restart of the current session's ICE; undefined: none is in progress. */
  #stopRestart: (() => void) | undefined;
  /** The caller wants a new session, although the current one works. */
  #renewing = false;
  /** When the relay first didn't know the share any more. */
  #missingSinceMs: number | undefined;
  /** The last error, and what stops the timer of `patienceMs`; undefined while connected. */
  #outage: { error: ClientError; readonly stopTimer: () => void } | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#attempts = new Attempts({
      connect: options.connect,
      onTrying: (attempt, step) => this.#report({ type: "trying", attempt, step }),
      onConnected: (connection) => this.#take(connection),
      onFailed: (error) => this.#retriesAfter(error),
      onWaiting: (error, attempt, retryAtMs) => this.#report({ type: "failed", error, attempt, retryAtMs }),
      answerWaitMs: (attempt) => (this.#connectedAtMs === undefined ? undefined : ANSWER_WAIT_MS * attempt),
      onFault: (error) => this.#fault(error),
    });
    this.#stopWatch = watchSleep(() => this.networkChanged());
  }

  /** Starts to connect. */
  start(): void {
    if (!this.#over) this.#attempts.start();
  }

  get state(): ReconnectingState {
    return this.#state;
  }

  /** The current session. */
  get current(): Connection | undefined {
    return this.#current;
  }

  /** Resolves with the reason when no further session follows. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  /** Starts an attempt now that waits for its time. */
  retry(): void {
    if (this.#attempts.active) this.#attempts.start();
  }

  /** Opens a new session, which then replaces the current one. */
  renew(): void {
    if (this.#over) return;
    if (this.#current === undefined) return this.retry();
    this.#renewing = true;
    this.#apply({ type: "suspected", suspicion: "renew" });
    this.#attempts.start();
    this.#publish();
  }

  /** Restarts ICE, probes the host, and restarts an attempt: each may depend on a path that no longer exists. */
  networkChanged(): void {
    const connection = this.#current;
    if (connection !== undefined) this.#restart(connection);
    connection?.probe();
    if (!this.#attempts.active) return;
    // Failures in the other network don't predict failures in this one.
    this.#attempts.resetBackoff();
    this.#attempts.restart();
  }

  /** The current session no longer serves what it announced: replaces it. */
  outdated(error: ClientError): void {
    const connection = this.#current;
    if (connection === undefined) return;
    this.#lost(connection, error);
    this.#close(connection);
  }

  /** Ends it, and resolves when every session is closed. Idempotent. */
  async close(): Promise<void> {
    this.#end(new ClientError("closed", "closed by this side"));
    await this.#closing;
  }

  get #over(): boolean {
    return this.#state.phase === "ended";
  }

  #take(connection: Connection): void {
    const previous = this.#current;
    if (previous !== undefined) previous.onHealth = undefined;
    this.#endRestart();
    this.#silent = false;
    this.#current = connection;
    this.#connectedAtMs = Date.now();
    this.#renewing = false;
    this.#missingSinceMs = undefined;
    this.#endOutage();
    connection.onHealth = (health) => this.#onHealth(connection, health);
    void connection.closed.then((why) => this.#onClosed(connection, why));
    this.#options.onSession(connection, previous);
    this.#report({ type: "greeted" });
    if (previous !== undefined) this.#close(previous);
  }

  /** While a host is silent, its session's ICE is restarted; if that can't be done or doesn't help, another session is opened beside it. */
  #onHealth(connection: Connection, health: Health): void {
    if (connection !== this.#current || this.#renewing) return;
    this.#silent = health === "silent";
    if (health === "silent") {
      this.#apply({ type: "suspected", suspicion: "silent" });
      if (this.#stopRestart === undefined && !this.#restart(connection)) this.#openBeside(connection);
      this.#publish();
    } else {
      this.#endRestart();
      this.#attempts.stop();
      this.#report({ type: "cleared" });
    }
  }

  /** Restarts the ICE of the current session. @returns whether it can be restarted */
  #restart(connection: Connection): boolean {
    const negotiated = connection.restart();
    if (negotiated === undefined) return false;
    this.#endRestart();
    const giveUp = (): void => {
      if (this.#stopRestart !== stop) return;
      this.#endRestart();
      if (this.#silent && !this.#renewing) this.#openBeside(connection);
    };
    const stop = startTimer(RESTART_WAIT_MS, giveUp);
    this.#stopRestart = stop;
    void negotiated.then((done) => {
      if (!done) giveUp();
    });
    return true;
  }

  #endRestart(): void {
    this.#stopRestart?.();
    this.#stopRestart = undefined;
  }

  /** Not for a file without a validator: its streams couldn't continue there, but they can if the silent host comes back. */
  #openBeside(connection: Connection): void {
    if (hasValidator(connection.facts)) this.#attempts.start();
  }

  #onClosed(connection: Connection, { reason, message }: CloseReason): void {
    if (connection !== this.#current) return;
    const diagnosis = reason === "no-connection" ? { diagnosis: connection.diagnosis } : {};
    this.#lost(connection, new ClientError(reason, message, diagnosis));
  }

  #lost(connection: Connection, error: ClientError): void {
    this.#current = undefined;
    this.#silent = false;
    this.#endRestart();
    this.#renewing = false;
    connection.onHealth = undefined;
    this.#options.onLost(connection);
    if (outcomeOf(error) === "end") return this.#end(error);
    this.#noteOutage(error);
    const nowMs = Date.now();
    const lasted = nowMs - (this.#connectedAtMs ?? nowMs) >= STABLE_MS;
    if (lasted) this.#attempts.resetBackoff();
    this.#apply({ type: "lost", error, attempt: 0, retryAtMs: nowMs });
    if (this.#attempts.active) return this.#publish();
    // A host that announced its end isn't back at once; and connections that don't last must not follow each other quickly.
    if (lasted && error.reason !== "host-stopped") this.#attempts.start();
    else this.#attempts.startLater(error);
  }

  /** Whether another attempt follows the one that failed. While there is a session, one always does: only the session's end can end the file. */
  #retriesAfter(error: ClientError): boolean {
    if (this.#current !== undefined) return true;
    if (this.#mayPass(error)) {
      this.#noteOutage(error);
      return true;
    }
    this.#end(error);
    return false;
  }

  #mayPass(error: ClientError): boolean {
    const outcome = outcomeOf(error);
    if (this.#connectedAtMs === undefined) return outcome === "retry" && this.#options.firstFailure !== "throw";
    if (outcome !== "missing") return outcome === "retry";
    this.#missingSinceMs ??= Date.now();
    return Date.now() - this.#missingSinceMs < MISSING_PATIENCE_MS;
  }

  #noteOutage(error: ClientError): void {
    if (this.#outage !== undefined) {
      this.#outage.error = error;
      return;
    }
    const outage = { error, stopTimer: startTimer(this.#options.patienceMs, () => this.#end(outage.error)) };
    this.#outage = outage;
  }

  #endOutage(): void {
    this.#outage?.stopTimer();
    this.#outage = undefined;
  }

  #fault(error: unknown): void {
    this.#options.onFault(error);
    this.#end(new ClientError("closed", "an internal error", { cause: error }));
  }

  #end(error: ClientError): void {
    if (this.#over) return;
    const connection = this.#current;
    this.#current = undefined;
    this.#attempts.stop();
    this.#stopWatch();
    this.#endOutage();
    this.#endRestart();
    if (connection !== undefined) {
      connection.onHealth = undefined;
      this.#options.onLost(connection);
      this.#close(connection);
    }
    this.#options.onEnded(error);
    this.#report({ type: "ended", error });
    this.#closed.resolve({ reason: error.reason, message: error.message });
  }

  #close(connection: Connection): void {
    const before = this.#closing;
    const closing = connection.close();
    this.#closing = before.then(() => closing);
  }

  #report(event: ReconnectingEvent): void {
    this.#apply(event);
    this.#publish();
  }

  #apply(event: ReconnectingEvent): void {
    this.#state = nextReconnectingState(this.#state, event);
  }

  #publish(): void {
    if (this.#reportedState === this.#state) return;
    this.#reportedState = this.#state;
    this.#options.onState(this.#state);
  }
}
