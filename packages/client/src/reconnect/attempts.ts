/*
 * Tries to connect, waits, and tries again, ever more slowly, until one attempt succeeds or it is told to stop. It knows nothing of what became of the
 * connections before.
 */
import { SignalError } from "@rangecast/signal";
import { ClientError } from "../client-error.ts";
import type { ClientState } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import { createDeferred } from "@rangecast/base";
import { toClientError } from "../expected-errors.ts";
import { attemptBackoffMs } from "./backoff.ts";
import type { ConnectStep } from "./reconnecting-state.ts";

/** What one attempt is given. */
export interface AttemptOptions {
  /** Gives it up. */
  readonly signal: AbortSignal;
  readonly onState: (state: ClientState) => void;
}

/** One attempt. @throws {ClientError}; anything else is a fault of our own */
export type Connect = (options: AttemptOptions) => Promise<Connection>;

export interface AttemptsOptions {
  readonly connect: Connect;
  readonly onTrying: (attempt: number, step: ConnectStep) => void;
  /** The connection is the listener's to close from now on. */
  readonly onConnected: (connection: Connection) => void;
  /** An attempt failed. @returns whether to try again */
  readonly onFailed: (error: ClientError) => boolean;
  /** It waits before the attempt after this failure. */
  readonly onWaiting: (error: ClientError, attempt: number, retryAtMs: number) => void;
  /** How long a host may take to answer the offer of an attempt, milliseconds; undefined: as long as the session itself allows. */
  readonly answerWaitMs: (attempt: number) => number | undefined;
  /** An error that nobody expects. */
  readonly onFault: (error: unknown) => void;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  /** The attempt that is under way. */
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Whether a connection is being sought. */
  get active(): boolean {
    return this.#running !== undefined || this.#timer !== undefined;
  }

  /** A connection has lasted: the next failure is the first again. */
  forgive(): void {
    this.#failures = 0;
  }

  /** Begins an attempt now, unless one is under way. */
  try(): void {
    if (this.#running !== undefined) return;
    this.#stopTimer();
    const stop = new AbortController();
    this.#running = stop;
    this.#options.onTrying(this.#failures + 1, "joining");
    if (this.#running === stop) void this.#attempt(stop);
  }

  /** Begins an attempt now; one that is under way is dropped, for it began in another network. */
  tryAnew(): void {
    this.#drop();
    this.try();
  }

  /** Counts a failure, and begins an attempt after its wait. */
  tryLater(error: ClientError): void {
    this.stop();
    this.#failures += 1;
    const cause = error.cause instanceof SignalError ? error.cause : undefined;
    const waitMs = attemptBackoffMs(this.#failures, { atLeastMs: cause?.retryAfterMs ?? 0 });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.try();
    }, waitMs);
    this.#options.onWaiting(error, this.#failures, Date.now() + waitMs);
  }

  /** Seeks no connection any more: an attempt that is under way is given up. Idempotent. */
  stop(): void {
    this.#stopTimer();
    this.#drop();
  }

  async #attempt(stop: AbortController): Promise<void> {
    const { signal } = stop;
    const deadline = new StepDeadline();
    let connection: Connection;
    try {
      connection = await Promise.race([this.#connect(signal, deadline), deadline.passed]);
    } catch (error) {
      if (signal.aborted) return;
      this.#running = undefined;
      stop.abort(error); // Where the deadline passed, it is still under way.
      this.#fail(error);
      return;
    } finally {
      deadline.clear();
    }
    if (signal.aborted) return void connection.close(); // It came a moment too late.
    this.#running = undefined;
    this.#options.onConnected(connection);
  }

  async #connect(signal: AbortSignal, deadline: StepDeadline): Promise<Connection> {
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
    else if (onFailed(known)) this.tryLater(known);
  }

  #drop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.abort(new ClientError("aborted", "another attempt took its place"));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The time that a step of an attempt may take. */
class StepDeadline {
  readonly #passed = createDeferred<never>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  over = false;

  /** Rejects when the time is up. */
  get passed(): Promise<never> {
    return this.#passed.promise;
  }

  set(ms: number | undefined): void {
    this.clear();
    if (ms === undefined) return;
    this.#timer = setTimeout(() => {
      this.over = true;
      this.#passed.reject(new ClientError("timeout", "the host did not answer"));
    }, ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function isStep(phase: ClientState["phase"]): phase is ConnectStep {
  return phase === "joining" || phase === "offering" || phase === "connecting";
}
