import { createDeferred, onAbort, within } from "@rangecast/base";
import type { IceServer, SelectedPath } from "@rangecast/rtc";
import { formatCandidate, type OutgoingSignal, type SignalClient, SignalError } from "@rangecast/signal";
import { RangeChannel } from "../channel/range-channel.ts";
import { abortedError, ClientError } from "../client-error.ts";
import type { Window } from "../window/window.ts";
import type { ClientState, CloseReason } from "./client-state.ts";
import type { FileFacts } from "./file-facts.ts";
import { clientState, INITIAL_STATE, nextStep, type SessionEffect, type SessionEvent, type SessionState } from "./session-state.ts";
import type { ConnectDiagnosis, Transport } from "./transport.ts";

/** Longest wait for a `bye` to be posted, milliseconds. The host sees the channel close in any case. */
export const BYE_WAIT_MS = 3000;

/** How offer and answer are exchanged: sealed for a share, in plain text for a session of the base protocol. */
export interface Handshake {
  readonly iceServers: IceServer[];
  /**
   * Posts the offer.
   * @returns the session's signalling from here on
   * @throws {SignalError}; an RtcError for an SDP that can't be bound to the session (L-5)
   */
  offer(sdp: string, signal: AbortSignal): Promise<SignalClient>;
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
  readonly #reading = new AbortController();
  #state: SessionState = INITIAL_STATE;
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
        return void this.#attempt(() => this.#readSignals());
      case "post":
        return void this.#post(effect.message);
      case "verify-answer":
        return void this.#attempt(async () => this.#take({ type: "answer-verified", sdp: await this.#handshake.answer(effect.payload) }));
      case "accept-answer":
        return void this.#attempt(() => this.#transport.accept(effect.sdp));
      case "add-candidate":
        return this.#transport.addCandidate(effect.payload);
      case "start-deadline":
        clearTimeout(this.#deadline);
        this.#deadline = setTimeout(() => this.#take({ type: "deadline" }), effect.ms);
        return;
      case "stop-deadline":
        return clearTimeout(this.#deadline);
      case "linger":
        clearTimeout(this.#linger);
        this.#linger = setTimeout(() => this.#reading.abort(), effect.ms);
        return;
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
    this.#signals = await this.#handshake.offer(sdp, this.#life.signal);
    this.#take({ type: "offer-posted" });
  }

  async #readSignals(): Promise<void> {
    try {
      for await (const { type, payload } of this.#signals?.messages({ signal: this.#reading.signal }) ?? []) {
        // Agents post no offers.
        if (type !== "offer") this.#take({ type, payload });
      }
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      this.#take({ type: "relay-lost", error });
    }
  }

  /** Posts a candidate. Its failure is ignored: other candidates may do, and reading shows whether the relay is lost. */
  async #post(message: OutgoingSignal): Promise<void> {
    const { signal } = this.#life;
    try {
      await this.#signals?.post(message, { signal });
    } catch (error) {
      if (!signal.aborted && !(error instanceof SignalError)) throw error;
    }
  }

  #end(end: CloseReason, error: unknown): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#linger);
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
