import { createDeferred, type Deferred, onAbort, within } from "@rangecast/base";
import type { IceServer, SelectedPath } from "@rangecast/rtc";
import { formatCandidate, type OutgoingSignal, type SignalClient, SignalError } from "@rangecast/signal";
import { RangeChannel } from "../channel/range-channel.ts";
import { abortedError, ClientError } from "../client-error.ts";
import type { Window } from "../window/window.ts";
import type { ClientState, CloseReason } from "./client-state.ts";
import { type FileFacts, hasFeature } from "./file-facts.ts";
import {
  clientState,
  ENDED_LINGER_MS,
  INITIAL_STATE,
  nextStep,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from "./session-state.ts";
import type { ConnectDiagnosis, Transport } from "./transport.ts";

/** Longest wait for a `bye` to be posted, milliseconds. The host sees the channel close in any case. */
export const BYE_WAIT_MS = 3000;

/** How often an open session that can restart ICE reads its signals for a moment, milliseconds: relays forget one that is idle for 10 minutes. */
export const KEEP_SESSION_MS: number = 4 * 60_000;

/** How offer and answer are exchanged: sealed for a share, in plain text for a session of the base protocol. */
export interface Handshake {
  readonly iceServers: IceServer[];
  /**
   * Posts the offer.
   * @param restarts whether this side can restart ICE, and says so in the offer
   * @returns the session's signalling from here on
   * @throws {SignalError}; an RtcError for an SDP that can't be bound to the session (L-5)
   */
  offer(sdp: string, signal: AbortSignal, restarts: boolean): Promise<SignalClient>;
  /**
   * Makes the payload of a later offer, which restarts ICE; from then on {@link answer} expects the answer to this one. Undefined: not in this kind of session.
   * @throws {RtcError} for an SDP that can't be bound to the session (L-5)
   */
  readonly offerRestart?: (sdp: string) => string;
  /**
   * Verifies that an answer is the host's to this offer. @returns its SDP
   * @throws {BindingError}, {RtcError} or {PayloadError}
   */
  answer(payload: string): Promise<string>;
}

export interface SessionOptions {
  readonly handshake: Handshake;
  readonly transport: Transport;
  readonly window: Window;
  /** Called with the first state and at each change. */
  readonly onState: (state: ClientState) => void;
}

/** One session with a host. It feeds events to {@link nextStep} and performs the effects: sockets and timers are here, decisions are there. */
export class Session {
  readonly channel: RangeChannel;
  readonly #handshake: Handshake;
  readonly #transport: Transport;
  readonly #onState: (state: ClientState) => void;
  readonly #opened = createDeferred<FileFacts>();
  /** Aborts when the session is over. */
  readonly #life = new AbortController();
  /** Aborts when the event stream is no longer needed. */
  #reading = new AbortController();
  #readsSignals = false;
  /** What {@link restart} waits for. */
  #restart: Deferred<boolean> | undefined;
  #keepSession: ReturnType<typeof setInterval> | undefined;
  #state: SessionState = INITIAL_STATE;
  #restartable = false;
  #signals: SignalClient | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #tornDown = Promise.resolve();

  constructor({ handshake, transport, window, onState }: SessionOptions) {
    this.#handshake = handshake;
    this.#transport = transport;
    this.#onState = onState;
    this.channel = new RangeChannel({ channel: transport.channel, window });
    void this.channel.closed.then((end) => this.#take({ type: "ended", end }));
    onState(this.state);
  }

  get state(): ClientState {
    return clientState(this.#state);
  }

  /** Resolves to the contents of HELLO. @throws {ClientError} after everything was taken down */
  async start(signal: AbortSignal | undefined): Promise<FileFacts> {
    const abort = (): void => this.#take({ type: "ended", end: { reason: "aborted", message: "aborted by the caller" } });
    if (signal?.aborted) abort();
    const unlisten = onAbort(signal, abort);
    void this.#attempt(() => this.#offer());
    void this.channel.greeted.then(
      (facts) => {
        this.#take({ type: "greeted" });
        this.#restartable = hasFeature(facts, "ice-restart") && this.#handshake.offerRestart !== undefined && this.#transport.canRestart;
        if (this.#restartable) this.#keepSession = setInterval(() => this.#touchSession(), KEEP_SESSION_MS);
        this.#opened.resolve(facts);
      },
      () => undefined, // channel.closed reports it.
    );
    try {
      return await this.#opened.promise;
    } catch (error) {
      throw signal?.aborted ? abortedError(signal) : error;
    } finally {
      unlisten();
    }
  }

  /**
   * Restarts ICE, so that the session can go on over another path. Called again before the last restart is negotiated, it starts over.
   * @returns undefined if this session can't. Otherwise resolves to whether the host answered; whether there is a path then shows in the channel's health
   */
  restart(): Promise<boolean> | undefined {
    if (!this.#restartable || (this.#state.name !== "open" && this.#state.name !== "restarting")) return undefined;
    this.#restart ??= createDeferred<boolean>();
    const { promise } = this.#restart;
    this.#take({ type: "restart" });
    return promise;
  }

  /** The path that the bytes take; undefined if it is not known. */
  path(): Promise<SelectedPath | undefined> {
    return this.#transport.path();
  }

  /** What is known of the search for a path. */
  get diagnosis(): ConnectDiagnosis {
    return this.#transport.diagnosis;
  }

  /** Ends the session and posts a `bye`, within {@link BYE_WAIT_MS}. Idempotent. */
  async close(): Promise<void> {
    this.#take({ type: "ended", end: { reason: "closed", message: "closed by this side" } });
    await this.#tornDown;
  }

  #take(event: SessionEvent): void {
    const before = this.state;
    const { state, effects } = nextStep(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    const after = clientState(state);
    if (after.phase !== before.phase) this.#onState(after);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.do) {
      case "read-signals":
        return this.#startReading();
      case "post":
        return void this.#post(effect.message);
      case "verify-answer":
        return void this.#attempt(async () => this.#take({ type: "answer-verified", sdp: await this.#handshake.answer(effect.payload) }));
      case "accept-answer":
        return void this.#attempt(() => this.#transport.accept(effect.sdp));
      case "offer-restart":
        return void this.#attempt(() => this.#offerRestart());
      case "accept-restart":
        return void this.#attempt(async () => {
          await this.#transport.accept(effect.sdp);
          this.#take({ type: "restart-accepted" });
        });
      case "report-restart":
        this.#restart?.resolve(effect.negotiated);
        this.#restart = undefined;
        return;
      case "add-candidate":
        return this.#transport.addCandidate(effect.payload);
      case "start-deadline":
        clearTimeout(this.#deadline);
        this.#deadline = setTimeout(() => this.#take({ type: "deadline" }), effect.ms);
        return;
      case "stop-deadline":
        return clearTimeout(this.#deadline);
      case "linger":
        return this.#stopReadingAfter(effect.ms);
      case "doubt":
        return this.channel.doubt();
      case "end":
        return this.#end(effect.end, effect.error);
    }
  }

  /** Runs a step of the negotiation. Its failure ends the session, unless it is open: then it is our own fault. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const open = this.#state.name === "open";
      this.#take({ type: "failed", error });
      if (open) throw error;
    }
  }

  async #offer(): Promise<void> {
    const sdp = await this.#transport.open({
      onCandidate: (candidate) =>
        this.#take({
          type: "local-candidate",
          // `.local` names are sent too: the host may resolve them, or learn our address from our checks.
          message: candidate === null ? { type: "candidate-end", payload: "" } : { type: "candidate", payload: formatCandidate(candidate) },
        }),
      onDisconnected: () => this.#take({ type: "disconnected" }),
      onEnd: (end) => this.#take({ type: "ended", end }),
    });
    this.#signals = await this.#handshake.offer(sdp, this.#life.signal, this.#transport.canRestart);
    this.#take({ type: "offer-posted" });
  }

  /** @throws the transport's error if it can't restart ICE */
  async #offerRestart(): Promise<void> {
    const sdp = await this.#transport.restart();
    const payload = this.#handshake.offerRestart?.(sdp);
    if (payload !== undefined) this.#take({ type: "restart-offered", payload });
  }

  /** The relay forgets a session that nobody posts to and nobody reads, so a session that may need it again reads for a moment. */
  #touchSession(): void {
    if (this.#state.name !== "open" || this.#readsSignals) return;
    this.#startReading();
    this.#stopReadingAfter(ENDED_LINGER_MS);
  }

  /** Reads signals until the time of {@link #stopReadingAfter}. */
  #startReading(): void {
    clearTimeout(this.#linger);
    if (this.#readsSignals) return;
    if (this.#reading.signal.aborted) this.#reading = new AbortController();
    this.#readsSignals = true;
    void this.#attempt(() => this.#readSignals());
  }

  #stopReadingAfter(ms: number): void {
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => {
      this.#readsSignals = false;
      this.#reading.abort();
    }, ms);
  }

  async #readSignals(): Promise<void> {
    const { signal } = this.#reading;
    try {
      for await (const { type, payload } of this.#signals?.messages({ signal }) ?? []) {
        // Agents post no offers.
        if (type !== "offer") this.#take({ type, payload });
      }
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      this.#take({ type: "relay-lost", error });
    } finally {
      if (signal === this.#reading.signal) this.#readsSignals = false;
    }
  }

  /** Posts a candidate, or an offer that restarts ICE. A candidate's failure is ignored: other candidates may do, and reading shows whether the relay is lost. */
  async #post(message: OutgoingSignal): Promise<void> {
    const { signal } = this.#life;
    try {
      await this.#signals?.post(message, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SignalError)) throw error;
      if (message.type === "offer") this.#take({ type: "failed", error });
    }
  }

  #end(end: CloseReason, error: unknown): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#linger);
    clearInterval(this.#keepSession);
    this.#restart?.resolve(false);
    this.#reading.abort();
    this.#life.abort(new ClientError(end.reason, end.message));
    this.channel.end(end);
    this.#transport.close();
    this.#opened.reject(this.#withDiagnosis(error));
    this.#tornDown = this.#postBye(end);
  }

  #withDiagnosis(error: unknown): unknown {
    if (!(error instanceof ClientError) || error.reason !== "no-connection") return error;
    return new ClientError(error.reason, error.message, { cause: error.cause, diagnosis: this.diagnosis });
  }

  async #postBye({ reason }: CloseReason): Promise<void> {
    if (this.#signals === undefined) return;
    const stop = new AbortController();
    const posted = this.#signals.post({ type: "bye", payload: reason }, { signal: stop.signal }).catch((error: unknown) => {
      if (!stop.signal.aborted && !(error instanceof SignalError)) throw error;
    });
    if (!(await within(BYE_WAIT_MS, posted))) stop.abort();
  }
}
