/*
 * Connects by one attempt after another, with growing waits between them, until an attempt succeeds or the caller stops it. It knows nothing about earlier
 * connections.
 */
import { createDeferred } from "@rangecast/base";
import { SignalError } from "@rangecast/signal";
import { ClientError } from "../client-error.ts";
import { toClientError } from "../expected-errors.ts";
import type { ClientState } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import { attemptBackoffMs } from "./backoff.ts";
import type { ConnectStep } from "./reconnecting-state.ts";

export interface AttemptOptions {
  /** Aborts the attempt. */
  readonly signal: AbortSignal;
  readonly onState: (state: ClientState) => void;
}

/** Makes one attempt. @throws {ClientError}; anything else is a bug of ours */
export type Connect = (options: AttemptOptions) => Promise<Connection>;

export interface AttemptsOptions {
  readonly connect: Connect;
  readonly onTrying: (attempt: number, step: ConnectStep) => void;
  /** The listener owns the connection, and closes it. */
  readonly onConnected: (connection: Connection) => void;
  /** An attempt failed. @returns whether another one follows */
  readonly onFailed: (error: ClientError) => boolean;
  /** The next attempt follows at `retryAtMs`, milliseconds since 1970. */
  readonly onWaiting: (error: ClientError, attempt: number, retryAtMs: number) => void;
  /** How long the host may take to answer an attempt's offer, milliseconds. Undefined: only the session's own limit holds. */
  readonly answerWaitMs: (attempt: number) => number | undefined;
  /** Called with an unexpected error, which is a bug of ours. */
  readonly onFault: (error: unknown) => void;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  /** Aborts the attempt in progress. */
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Whether an attempt is in progress or scheduled. */
  get active(): boolean {
    return this.#running !== undefined || this.#timer !== undefined;
  }

  /** Starts the backoff over: the next failure counts as the first. */
  resetBackoff(): void {
    this.#failures = 0;
  }

  /** Starts an attempt now, unless one is in progress. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#stopTimer();
    const stop = new AbortController();
    this.#running = stop;
    this.#options.onTrying(this.#failures + 1, "joining");
    if (this.#running === stop) void this.#attempt(stop);
  }

  /** Aborts an attempt in progress, and starts another one now. */
  restart(): void {
    this.#abort();
    this.start();
  }

  /** Counts a failure, and starts an attempt after the wait that follows from it. */
  startLater(error: ClientError): void {
    this.stop();
    this.#failures += 1;
    const cause = error.cause instanceof SignalError ? error.cause : undefined;
    const waitMs = attemptBackoffMs(this.#failures, { atLeastMs: cause?.retryAfterMs ?? 0 });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, waitMs);
    this.#options.onWaiting(error, this.#failures, Date.now() + waitMs);
  }

  /** Aborts an attempt in progress, and starts no other. Idempotent. */
  stop(): void {
    this.#stopTimer();
    this.#abort();
  }

  async #attempt(stop: AbortController): Promise<void> {
    const { signal } = stop;
    const deadline = new AnswerDeadline();
    let connection: Connection;
    try {
      connection = await Promise.race([this.#connect(signal, deadline), deadline.expired]);
    } catch (error) {
      if (signal.aborted) return;
      this.#running = undefined;
      stop.abort(error); // After an expired deadline, `connect` is still running.
      this.#fail(error);
      return;
    } finally {
      deadline.clear();
    }
    if (signal.aborted) return void connection.close(); // It was stopped while `connect` resolved.
    this.#running = undefined;
    this.#options.onConnected(connection);
  }

  async #connect(signal: AbortSignal, deadline: AnswerDeadline): Promise<Connection> {
    const { connect, onTrying, answerWaitMs } = this.#options;
    const attempt = this.#failures + 1;
    const connection = await connect({
      signal,
      onState: ({ phase }) => {
        if (signal.aborted || !isStep(phase)) return;
        if (phase === "offering") deadline.set(answerWaitMs(attempt));
        else deadline.clear();
        onTrying(attempt, phase);
      },
    });
    if (deadline.over) void connection.close();
    return connection;
  }

  #fail(error: unknown): void {
    const { onFailed, onFault } = this.#options;
    const known = toClientError(error);
    if (known === undefined) onFault(error);
    else if (onFailed(known)) this.startLater(known);
  }

  #abort(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.abort(new ClientError("aborted", "the attempt was stopped"));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Limits how long an attempt waits for the host's answer. */
class AnswerDeadline {
  readonly #expired = createDeferred<never>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  over = false;

  /** Rejects when the time is up. */
  get expired(): Promise<never> {
    return this.#expired.promise;
  }

  set(ms: number | undefined): void {
    this.clear();
    if (ms === undefined) return;
    this.#timer = setTimeout(() => {
      this.over = true;
      this.#expired.reject(new ClientError("timeout", "the host did not answer"));
    }, ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function isStep(phase: ClientState["phase"]): phase is ConnectStep {
  return phase === "joining" || phase === "offering" || phase === "connecting";
}
