import {
  type CandidateInit,
  candidateLines,
  CandidateTally,
  type DataChannel,
  type IceServer,
  maxMessageSize,
  type NoConnectionDiagnosis,
  type PeerConnectionFactory,
  type SelectedPath,
  summarizeIceServers,
} from "@rangecast/rtc";
import { type OutgoingSignal, type SignalClient, SignalError, type SignalErrorReason } from "@rangecast/signal";
import type { GoodbyeReason } from "@rangecast/wire";
import { createDeferred, within } from "@rangecast/base";
import { AnsweringPeer, type PeerEvent } from "./answering-peer.ts";
import { SessionError, type SessionErrorReason } from "../daemon-error.ts";
import { DropLog } from "../serving/drop-log.ts";
import { closeQuietly, type ResourceTree } from "../resources/resource.ts";
import type { Logger } from "../logger.ts";
import { RangeServer } from "../serving/range-server.ts";
import { type CandidateFault, readSignal } from "./remote-signal.ts";
import type { SessionEnd } from "./session-end.ts";
import { INITIAL_STATE, nextStep, type SessionEffect, type SessionEvent, type SessionState } from "./session-state.ts";

/** Time limit for the offer, and again for the channel to open, milliseconds. */
export const SESSION_PATIENCE_MS = 30_000;

/** Interval at which an open session checks its network path, milliseconds. The path is only for display. */
const PATH_INTERVAL_MS = 5000;

/** Maximum number of candidates accepted in a session, so that a stranger can't keep the connection busy with checks. */
const MAX_REMOTE_CANDIDATES = 256;

/** Time limit for sent data to arrive at the end, milliseconds: 1 MiB of queue and as much inside SCTP need 3.4 s at 5 Mbit/s. */
const DRAIN_MS = 5000;

/** Time limits of the last steps, milliseconds: the browser sees the channel close; the relay accepts a `bye`. */
const CLOSE_MS = 1000;
const BYE_MS = 2000;

/** Time limit for reads in progress at the end, milliseconds, in case a disk hangs. */
const READ_PATIENCE_MS = 5000;

/** After these errors the relay is unusable: they end a session that is not open at once (S-4). */
const FINAL_REASONS: ReadonlySet<SignalErrorReason> = new Set(["unauthorized", "forbidden", "not-found"]);

/** An accepted offer: what to serve for it, and how to write its answer. */
export interface AcceptedOffer {
  readonly sdp: string;
  /** The session owns its root, and closes it. */
  readonly resources: ResourceTree;
  readonly displayName: string;
  /** Makes the answer's payload from its SDP. */
  readonly writeAnswer: (sdp: string) => Promise<string>;
  /**
   * Decodes a later offer, which restarts ICE. Undefined: the browser didn't announce that it sends any.
   * @throws {SessionError} `bad-offer`
   */
  readonly acceptRestart?: (payload: string) => AcceptedRestart;
}

/** An accepted offer that restarts ICE. */
export type AcceptedRestart = Pick<AcceptedOffer, "sdp" | "writeAnswer">;

export interface SessionOptions {
  readonly signals: SignalClient;
  /**
   * Decodes an offer and accepts or refuses it, before anything is allocated for it.
   * @throws {SessionError} `bad-offer`, `refused`, `expired`, `used-up`, `revoked`, `dropped`, `file-gone` or `no-file`
   */
  readonly acceptOffer: (payload: string) => Promise<AcceptedOffer>;
  readonly createPeerConnection: PeerConnectionFactory;
  readonly iceServers: readonly IceServer[];
  readonly logger: Logger;
  /** Whether a `bye` is posted if the session ends before its channel opens (L-10). In the base protocol only browsers post it. @default false */
  readonly saysBye?: boolean;
  /** Called once, when the channel is open and HELLO was sent. */
  readonly onOpen?: (path: SelectedPath | undefined) => void;
  /** Called when the path changes between direct and relayed. */
  readonly onPath?: (path: SelectedPath) => void;
}

/** A running session with one browser. */
export interface Session {
  /** Whether the channel is open. */
  readonly open: boolean;
  /** Bytes of the file that have left this machine. */
  readonly deliveredBytes: number;
  /** Resolves with the reason when everything is closed. Never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** Stops within a few seconds: ranges end, a browser with the extensions gets a GOODBYE, then the channel closes. Idempotent. */
  stop(reason: GoodbyeReason, message: string): void;
}

/** Starts the daemon's side of a session, which waits for its offer. */
export function startSession(options: SessionOptions): Session {
  const session = new SessionDriver(options);
  session.start();
  return session;
}

/** Passes events to {@link nextStep} and performs the effects. Sockets and timers are here, decisions are there. */
class SessionDriver implements Session {
  readonly #options: SessionOptions;
  readonly #logger: Logger;
  readonly #skipped: DropLog<CandidateFault>;
  readonly #signalling = new AbortController();
  readonly #ended = createDeferred<SessionEnd>();
  #state: SessionState = INITIAL_STATE;
  #deadline: NodeJS.Timeout | undefined;
  #candidates = 0;
  /** The candidates of both sides, which explain a connection that failed. */
  readonly #offered = { local: new CandidateTally(), remote: new CandidateTally() };
  #offer: AcceptedOffer | undefined;
  #peer: AnsweringPeer | undefined;
  #channel: DataChannel | undefined;
  #server: RangeServer | undefined;
  #pathTimer: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#skipped = new DropLog(options.logger, "skipped candidates of the browser", { level: "debug" });
  }

  start(): void {
    this.#restartDeadline();
    void this.#readSignals();
  }

  get ended(): Promise<SessionEnd> {
    return this.#ended.promise;
  }

  get open(): boolean {
    return this.#state.name === "open";
  }

  get deliveredBytes(): number {
    return this.#server?.deliveredBytes ?? 0;
  }

  stop(reason: GoodbyeReason, message: string): void {
    this.#take({ type: "stop", reason, message });
  }

  #take(event: SessionEvent): void {
    const { state, effects } = nextStep(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.do) {
      case "answer":
        return void this.#answer(effect.payload);
      case "restart":
        return void this.#restart(effect.payload);
      case "add-candidates":
        return effect.candidates.forEach((candidate) => void this.#addCandidate(candidate));
      case "skip-candidate":
        return this.#skipped.count("over-cap");
      case "post":
        return void this.#post(effect.message);
      case "serve":
        return this.#serve(effect.channel);
      case "ignore-channel":
        return this.#logger.warn("ignored another data channel of the browser");
      case "warn":
        return this.#logger.warn(effect.message, { error: effect.error });
      case "end":
        return void this.#end(effect.end, effect.goodbye?.reason);
    }
  }

  #restartDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#take({ type: "deadline" }), SESSION_PATIENCE_MS);
  }

  /** Reads signalling until the session ends: candidates follow the answer, and `bye` may arrive at any time. */
  async #readSignals(): Promise<void> {
    const { signal } = this.#signalling;
    try {
      for await (const message of this.#options.signals.messages({ signal })) {
        const event = readSignal(message);
        if (event === undefined) continue;
        if (event.type === "skipped-candidate") this.#skip(event.fault, event.candidate);
        else this.#take(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SignalError)) throw error;
      this.#take({ type: "relay-lost", error });
    }
  }

  /** Posts in order. A failed post ends the session only if it was the answer, or if the relay is unusable; others are logged. */
  async #post(message: OutgoingSignal): Promise<void> {
    const { signal } = this.#signalling;
    try {
      await this.#options.signals.post(message, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SignalError)) throw error;
      const lost = message.type === "answer" || FINAL_REASONS.has(error.reason);
      if (lost) this.#take({ type: "relay-lost", error });
      else this.#logger.warn(`a ${message.type} could not be posted`, { error });
    }
  }

  async #answer(payload: string): Promise<void> {
    this.#restartDeadline();
    try {
      const offer = await this.#options.acceptOffer(payload);
      if (this.#state.name === "ended") return await closeQuietly(offer.resources.root, this.#logger);
      this.#offer = offer;
      for (const line of candidateLines(offer.sdp)) this.#offered.remote.add(line);
      const peer = this.#createPeer();
      await orFail("bad-offer", "the offer can't be used", peer.takeOffer(offer.sdp));
      const sdp = await orFail("answer-failed", "no answer could be made", peer.makeAnswer());
      this.#take({ type: "answer-made", sdp, payload: await offer.writeAnswer(sdp), restartable: this.#restartable });
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#take({ type: "answer-failed", error });
    }
  }

  /** Whether both sides can restart ICE: the browser said so in its offer, and this side in HELLO. */
  get #restartable(): boolean {
    return this.#offer?.acceptRestart !== undefined && this.#peer?.canRestart === true;
  }

  /** Answers an offer that restarts ICE. Whatever is wrong with it, the session goes on. */
  async #restart(payload: string): Promise<void> {
    const [offer, peer] = [this.#offer, this.#peer];
    try {
      const restart = offer?.acceptRestart?.(payload);
      if (restart === undefined || peer === undefined) throw new Error("nothing can be restarted");
      this.#candidates = 0;
      await peer.takeOffer(restart.sdp);
      const sdp = await peer.makeAnswer();
      const answer = await restart.writeAnswer(sdp);
      this.#logger.info("ICE restarts");
      this.#take({ type: "restart-answered", sdp, payload: answer });
    } catch (error) {
      this.#take({ type: "restart-failed", error });
    }
  }

  #createPeer(): AnsweringPeer {
    const { createPeerConnection, iceServers } = this.#options;
    try {
      this.#peer = new AnsweringPeer({ createPeerConnection, iceServers, onEvent: (event) => this.#onPeer(event) });
      return this.#peer;
    } catch (error) {
      throw new SessionError("answer-failed", "no peer connection could be made", { cause: error });
    }
  }

  #onPeer(event: PeerEvent): void {
    if (event.type === "local-candidate") this.#offered.local.add(event.candidate.candidate ?? "");
    this.#take(event);
  }

  /** The connection can't use the candidate; it still counts for the diagnosis. */
  #skip(fault: CandidateFault, candidate = ""): void {
    this.#skipped.count(fault);
    this.#offered.remote.add(candidate);
  }

  async #addCandidate(candidate: CandidateInit): Promise<void> {
    this.#offered.remote.add(candidate.candidate ?? "");
    this.#candidates += 1;
    if (this.#candidates > MAX_REMOTE_CANDIDATES) return this.#skipped.count("over-cap");
    try {
      await this.#peer?.addCandidate(candidate);
    } catch {
      this.#skipped.count("refused");
    }
  }

  #serve(channel: DataChannel): void {
    clearTimeout(this.#deadline);
    const { onOpen } = this.#options;
    const offer = this.#offer;
    if (offer === undefined) throw new Error("a channel opened without an offer");
    const server = new RangeServer({
      channel,
      resources: offer.resources,
      displayName: offer.displayName,
      maxMessageSize: maxMessageSize(offer.sdp),
      features: this.#restartable ? ["ice-restart"] : [],
      logger: this.#logger,
      onBroken: (error) => this.#take({ type: "channel-failed", error }),
    });
    this.#channel = channel;
    this.#server = server;
    channel.onmessage = ({ data }) => server.receive(data);
    channel.onclose = () => this.#take({ type: "channel-closed" });
    server.start();
    this.#logger.info("the channel is open");
    if (onOpen !== undefined) void this.#reportPath(onOpen);
  }

  /** Reports the path, and its changes as long as the channel is open. */
  async #reportPath(onOpen: (path: SelectedPath | undefined) => void): Promise<void> {
    const { onPath } = this.#options;
    let reported = await this.#peer?.path();
    if (!this.open) return;
    onOpen(reported);
    if (onPath === undefined) return;
    const check = async (): Promise<void> => {
      const path = await this.#peer?.path();
      if (!this.open || path === undefined || path.kind === reported?.kind) return;
      reported = path;
      onPath(path);
    };
    this.#pathTimer = setInterval(() => void check(), PATH_INTERVAL_MS);
  }

  /** Closes everything in reverse order of its creation, each step within a time limit. */
  async #end(end: SessionEnd, goodbye: GoodbyeReason | undefined): Promise<void> {
    clearTimeout(this.#deadline);
    clearInterval(this.#pathTimer);
    this.#skipped.flush();
    if (goodbye !== undefined) await this.#drain(goodbye, end.message);
    if (this.#server === undefined && this.#options.saysBye) await this.#postBye(end, goodbye);
    this.#signalling.abort(new Error(end.message));
    const closed = this.#server?.close();
    this.#peer?.close();
    await within(
      READ_PATIENCE_MS,
      Promise.resolve(closed).then(() => this.#offer && closeQuietly(this.#offer.resources.root, this.#logger)),
    );
    const detail = this.#peer?.endReason;
    this.#logger.info("the session is over", { reason: end.reason, message: end.message, ...(detail === undefined ? {} : { detail }) });
    const diagnosis = this.#diagnose();
    this.#ended.resolve(diagnosis === undefined ? end : { ...end, diagnosis });
  }

  #diagnose(): NoConnectionDiagnosis | undefined {
    if (this.#peer === undefined || this.#server !== undefined) return undefined;
    const { local, remote } = this.#offered;
    return { local: local.summary, remote: remote.summary, iceServers: summarizeIceServers(this.#options.iceServers) };
  }

  /** Sends GOODBYE to a browser with the extensions, waits until all sent data has arrived, and closes the channel so that the browser sees it. */
  async #drain(reason: GoodbyeReason, message: string): Promise<void> {
    const [channel, server] = [this.#channel, this.#server];
    if (channel === undefined || server === undefined) return;
    const patience = new AbortController();
    await within(
      DRAIN_MS,
      server.stop(reason, message).then(() => server.goodbyeArrived(patience.signal)),
    );
    patience.abort();
    if (channel.readyState !== "open") return;
    const closed = new Promise((resolve) => (channel.onclose = resolve));
    channel.close();
    await within(CLOSE_MS, closed);
  }

  /** Posts the reason for a client that still waits for its channel (L-10). */
  async #postBye(end: SessionEnd, goodbye: GoodbyeReason | undefined): Promise<void> {
    const reason = goodbye ?? BYE_REASONS.get(end.reason);
    if (reason !== undefined) await within(BYE_MS, this.#post({ type: "bye", payload: reason }));
  }
}

/** The payload of `bye` for the ends that this side decides. Other ends post none. */
const BYE_REASONS: ReadonlyMap<SessionEnd["reason"], string> = new Map([
  ["refused", "limit"],
  ["expired", "expired"],
  ["used-up", "used-up"],
  ["revoked", "revoked"],
  ["dropped", "dropped"],
  ["file-gone", "gone"],
  ["no-file", "unreadable"],
]);

async function orFail<T>(reason: SessionErrorReason, what: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new SessionError(reason, `${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
