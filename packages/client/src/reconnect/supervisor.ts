/*
 * Keeps one session standing: watches the one that counts, seeks another beside it when it is doubted, and another in its place when it is gone.
 * What is read over the sessions stands outside.
 */
import { watchSleep } from "@rangecast/base";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import { createDeferred } from "@rangecast/base";
import type { Health } from "../channel/channel-health.ts";
import { Attempts, type Connect } from "./attempts.ts";
import { FIRST_STATE, type ReconnectingEvent, type ReconnectingState, nextReconnectingState } from "./reconnecting-state.ts";
import { MISSING_PATIENCE_MS, outcomeOf } from "./outcome.ts";
import { hasValidator } from "./same-version.ts";

/** A connection that lasted so long was a good one, milliseconds: after it the waits between attempts begin anew. */
export const STABLE_MS = 10_000;

/**
 * A host that was there before answers within this, milliseconds, or isn't there: a relay goes on for a while to announce sessions to one that died without
 * a word, and the one that takes its place knows nothing of them. Each attempt allows as much more, for a path that has become slow.
 */
const ANSWER_WAIT_MS = 5000;

export interface SupervisorOptions {
  readonly connect: Connect;
  readonly onState: (state: ReconnectingState) => void;
  /** A session counts from now on, in the place of `previous`, which still stands and is closed after this. */
  readonly onSession: (next: Connection, previous: Connection | undefined) => void;
  /** The session that counted is gone, and no other has taken its place yet. */
  readonly onLost: (connection: Connection) => void;
  /** No session will come any more. */
  readonly onEnded: (error: ClientError) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #attempts: Attempts;
  readonly #closed = createDeferred<CloseReason>();
  readonly #stopWatch: () => void;
  #state: ReconnectingState = FIRST_STATE;
  #toldState: ReconnectingState | undefined;
  #current: Connection | undefined;
  #greetedAtMs: number | undefined;
  /** A new session is wanted although the one that stands is well. */
  #renewing = false;
  /** Since when the relay doesn't know the share. */
  #missingSinceMs: number | undefined;
  #leaving: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#attempts = new Attempts({
      connect: options.connect,
      onTrying: (attempt, step) => this.#tell({ type: "trying", attempt, step }),
      onConnected: (connection) => this.#take(connection),
      onFailed: (error) => this.#goesOnAfter(error),
      onWaiting: (error, attempt, retryAtMs) => this.#tell({ type: "failed", error, attempt, retryAtMs }),
      answerWaitMs: (attempt) => (this.#greetedAtMs === undefined ? undefined : ANSWER_WAIT_MS * attempt),
      onFault: (error) => this.#fault(error),
    });
    this.#stopWatch = watchSleep(() => this.networkChanged());
  }

  /** Begins to connect. */
  start(): void {
    if (!this.#over) this.#attempts.try();
  }

  get state(): ReconnectingState {
    return this.#state;
  }

  /** The session that counts. */
  get current(): Connection | undefined {
    return this.#current;
  }

  /** Resolves when it is over, with why. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  /** An attempt that waits for its time begins now. */
  retry(): void {
    if (this.#attempts.active) this.#attempts.try();
  }

  /** A new session takes the place of the one that stands, as soon as it is there. */
  renew(): void {
    if (this.#over) return;
    if (this.#current === undefined) return this.retry();
    this.#renewing = true;
    this.#note({ type: "suspected", suspicion: "renew" });
    this.#attempts.try();
    this.#notify();
  }

  /** The way to the host may be another one now, or none: the host is asked, and an attempt begins anew. */
  networkChanged(): void {
    this.#current?.probe();
    if (!this.#attempts.active) return;
    // What failed in the other network says nothing of this one.
    this.#attempts.forgive();
    this.#attempts.tryAnew();
  }

  /** What the session that stands serves is no longer what it announced: another takes its place. */
  outdated(error: ClientError): void {
    const connection = this.#current;
    if (connection === undefined) return;
    this.#lost(connection, error);
    this.#leave(connection);
  }

  /** Ends it, and resolves when every session is closed. Idempotent. */
  async close(): Promise<void> {
    this.#end(new ClientError("closed", "closed by this side"));
    await this.#leaving;
  }

  get #over(): boolean {
    return this.#state.phase === "ended";
  }

  #take(connection: Connection): void {
    const previous = this.#current;
    if (previous !== undefined) previous.onHealth = undefined;
    this.#current = connection;
    this.#greetedAtMs = Date.now();
    this.#renewing = false;
    this.#missingSinceMs = undefined;
    connection.onHealth = (health) => this.#hear(connection, health);
    void connection.closed.then((why) => this.#onClosed(connection, why));
    this.#options.onSession(connection, previous);
    this.#tell({ type: "greeted" });
    if (previous !== undefined) this.#leave(previous);
  }

  /**
   * Another session is sought beside a silent one, but for a file without a validator: nothing could go on there that was begun here, while the silent one
   * may speak again.
   */
  #hear(connection: Connection, health: Health): void {
    if (connection !== this.#current || this.#renewing) return;
    if (health === "silent") {
      this.#note({ type: "suspected", suspicion: "silent" });
      if (hasValidator(connection.facts)) this.#attempts.try();
      this.#notify();
    } else {
      this.#attempts.stop();
      this.#tell({ type: "cleared" });
    }
  }

  #onClosed(connection: Connection, { reason, message }: CloseReason): void {
    if (connection !== this.#current) return;
    const diagnosis = reason === "no-connection" ? { diagnosis: connection.diagnosis } : {};
    this.#lost(connection, new ClientError(reason, message, diagnosis));
  }

  #lost(connection: Connection, error: ClientError): void {
    this.#current = undefined;
    this.#renewing = false;
    connection.onHealth = undefined;
    this.#options.onLost(connection);
    if (outcomeOf(error) === "end") return this.#end(error);
    const nowMs = Date.now();
    const lasted = nowMs - (this.#greetedAtMs ?? nowMs) >= STABLE_MS;
    if (lasted) this.#attempts.forgive();
    this.#note({ type: "lost", error, attempt: 0, retryAtMs: nowMs });
    if (this.#attempts.active) return this.#notify();
    // A host that says why it goes is not back at once; and what doesn't last is not tried in haste.
    if (lasted && error.reason !== "host-stopped") this.#attempts.try();
    else this.#attempts.tryLater(error);
  }

  /** Whether another attempt follows one that failed. While a session stands, its end decides. */
  #goesOnAfter(error: ClientError): boolean {
    const outcome = outcomeOf(error);
    if (outcome === "wait" || this.#current !== undefined) return true;
    const wasThere = this.#greetedAtMs !== undefined;
    if (outcome === "missing" && wasThere) {
      this.#missingSinceMs ??= Date.now();
      if (Date.now() - this.#missingSinceMs < MISSING_PATIENCE_MS) return true;
    }
    this.#end(error);
    return false;
  }

  #fault(error: unknown): void {
    this.#end(new ClientError("closed", "an error of our own", { cause: error }));
    queueMicrotask(() => {
      throw error; // Nobody may swallow it.
    });
  }

  #end(error: ClientError): void {
    if (this.#over) return;
    const connection = this.#current;
    this.#current = undefined;
    this.#attempts.stop();
    this.#stopWatch();
    if (connection !== undefined) {
      connection.onHealth = undefined;
      this.#options.onLost(connection);
      this.#leave(connection);
    }
    this.#options.onEnded(error);
    this.#tell({ type: "ended", error });
    this.#closed.resolve({ reason: error.reason, message: error.message });
  }

  #leave(connection: Connection): void {
    const before = this.#leaving;
    const closing = connection.close();
    this.#leaving = before.then(() => closing);
  }

  #tell(event: ReconnectingEvent): void {
    this.#note(event);
    this.#notify();
  }

  #note(event: ReconnectingEvent): void {
    this.#state = nextReconnectingState(this.#state, event);
  }

  #notify(): void {
    if (this.#toldState === this.#state) return;
    this.#toldState = this.#state;
    this.#options.onState(this.#state);
  }
}
