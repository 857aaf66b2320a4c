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
import { AgentPeer, type PeerEvent } from "./agent-peer.ts";
import { SessionError, type SessionErrorReason } from "../daemon-error.ts";
import { DropLog } from "../serving/drop-log.ts";
import type { FileSource } from "../files/file-source.ts";
import type { Logger } from "../logger.ts";
import type { WaterMarks } from "../serving/water-marks.ts";
import { RangeServer } from "../serving/range-server.ts";
import type { CandidateFault } from "./remote-candidate.ts";
import { readSignal } from "./remote-signal.ts";
import type { SessionEnd } from "./session-end.ts";
import type { SessionEvent } from "./session-event.ts";
import { INITIAL_STATE, nextStep, type SessionEffect, type SessionState } from "./session-state.ts";
import { within } from "@rangecast/base";

/** How long a session waits for its offer, and then for its channel, milliseconds each (protocol 1.1). */
export const SESSION_PATIENCE_MS = 30_000;

/** So often an open session looks which way its bytes take, milliseconds: it is for people to read. */
const PATH_INTERVAL_MS = 5000;

/** Candidates of the browser that are taken over the life of a session: a stranger must not keep the connection busy with checks. */
const MAX_REMOTE_CANDIDATES = 256;

/** How long the end waits for what was sent to arrive, milliseconds: 1 MiB of queue and as much inside SCTP need 3.4 s at 5 Mbit/s. */
const DRAIN_MS = 5000;

/** Bounds of the last steps, milliseconds: for the browser to see the channel close, and for a last word by the relay. */
const CLOSE_MS = 1000;
const LAST_POST_MS = 2000;

/** How long the end waits for reads under way, milliseconds: a disk that hangs must not keep the session. */
const READ_PATIENCE_MS = 5000;

/** After these the relay is of no use any more: they end a session that is not open yet, at once (protocol 1.1). */
const FINAL_REASONS: ReadonlySet<SignalErrorReason> = new Set(["unauthorized", "forbidden", "not-found"]);

/** An offer that was let in: what is served for it, and how its answer is written. */
export interface AcceptedOffer {
  readonly sdp: string;
  /** Belongs to the session from now on, which closes it. */
  readonly source: FileSource;
  readonly displayName: string;
  /** The answer's payload for an answer's SDP. */
  readonly writeAnswer: (sdp: string) => Promise<string>;
}

export interface SessionOptions {
  readonly signals: SignalClient;
  /**
   * Decodes an offer and decides on it, before anything is allocated for it.
   * @throws {SessionError} `bad-offer`, `refused`, `file-gone` or `no-file`
   */
  readonly acceptOffer: (payload: string) => Promise<AcceptedOffer>;
  readonly createPeerConnection: PeerConnectionFactory;
  readonly iceServers: readonly IceServer[];
  readonly logger: Logger;
  /** @default fixedBound() */
  readonly bound?: WaterMarks;
  /** Whether the browser is told of an end before the channel opened by a `bye`, which part 1 does not know from agents. @default false */
  readonly saysBye?: boolean;
  /** Called once, when the channel is open and HELLO is on its way. */
  readonly onOpen?: (path: SelectedPath | undefined) => void;
  /** The bytes take another path than was told last: a relayed one may be left for a direct one, and the other way round. */
  readonly onPath?: (path: SelectedPath) => void;
}

/** One session under way: one browser, one file. */
export interface Session {
  /** Whether the channel is open. */
  readonly open: boolean;
  /** Bytes of the file that have left this machine. */
  readonly deliveredBytes: number;
  /** Why it ended; resolves when everything is taken down. Never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** Drains within a bound: ranges end, an extended browser is told why, then the channel closes. Idempotent. */
  stop(reason: GoodbyeReason, message: string): void;
}

/** Starts the agent's side of a session, which waits for its offer. */
export function startSession(options: SessionOptions): Session {
  const session = new AgentSession(options);
  session.start();
  return session;
}

/** The driver: it feeds what happens to {@link nextStep} and does what comes out. Sockets and timers are here, decisions are there. */
class AgentSession implements Session {
  readonly ended: Promise<SessionEnd>;
  readonly #options: SessionOptions;
  readonly #logger: Logger;
  readonly #skipped: DropLog<CandidateFault>;
  readonly #signalling = new AbortController();
  #resolveEnded: (end: SessionEnd) => void = () => {};
  #state: SessionState = INITIAL_STATE;
  #deadline: NodeJS.Timeout | undefined;
  #candidates = 0;
  /** What the two sides offered: it tells why no connection came about. */
  readonly #offered = { local: new CandidateTally(), remote: new CandidateTally() };
  #offer: AcceptedOffer | undefined;
  #peer: AgentPeer | undefined;
  #channel: DataChannel | undefined;
  #server: RangeServer | undefined;
  #pathTimer: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#skipped = new DropLog(options.logger, "skipped candidates of the browser", { level: "debug" });
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  start(): void {
    this.#restartDeadline();
    void this.#readSignals();
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

  /** Reads signalling for the life of the session: candidates flow both ways after the answer, and `bye` comes at any time. */
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

  /** Posts in order and waits for nothing. What can't be posted costs the session only if it can't go on without: the answer, or all. */
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
      if (this.#state.name === "ended") return await offer.source.close();
      this.#offer = offer;
      for (const line of candidateLines(offer.sdp)) this.#offered.remote.add(line);
      const peer = this.#createPeer();
      await orFail("bad-offer", "the offer can't be used", peer.takeOffer(offer.sdp));
      const sdp = await orFail("answer-failed", "no answer could be made", peer.makeAnswer());
      this.#take({ type: "answer-made", sdp, payload: await offer.writeAnswer(sdp) });
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#take({ type: "answer-failed", error });
    }
  }

  #createPeer(): AgentPeer {
    const { createPeerConnection, iceServers } = this.#options;
    try {
      this.#peer = new AgentPeer({ createPeerConnection, iceServers, onEvent: (event) => this.#onPeer(event) });
      return this.#peer;
    } catch (error) {
      throw new SessionError("answer-failed", "no peer connection could be made", { cause: error });
    }
  }

  #onPeer(event: PeerEvent): void {
    if (event.type === "local-candidate") this.#offered.local.add(event.candidate.candidate ?? "");
    this.#take(event);
  }

  /** Of no use to the connection, and yet the browser offered it. */
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
    const { bound, onOpen } = this.#options;
    const offer = this.#offer;
    if (offer === undefined) throw new Error("a channel opened without an offer");
    const server = new RangeServer({
      channel,
      source: offer.source,
      displayName: offer.displayName,
      maxMessageSize: maxMessageSize(offer.sdp),
      pings: true,
      logger: this.#logger,
      onBroken: (error) => this.#take({ type: "channel-failed", error }),
      ...(bound === undefined ? {} : { bound }),
    });
    this.#channel = channel;
    this.#server = server;
    channel.onmessage = ({ data }) => server.receive(data);
    channel.onclose = () => this.#take({ type: "channel-closed" });
    server.start();
    this.#logger.info("the channel is open");
    if (onOpen !== undefined) void this.#tellPath(onOpen);
  }

  /** Tells the path, and then whether it changes, for as long as the channel is open. */
  async #tellPath(onOpen: (path: SelectedPath | undefined) => void): Promise<void> {
    const { onPath } = this.#options;
    let told = await this.#peer?.path();
    if (!this.open) return;
    onOpen(told);
    if (onPath === undefined) return;
    const look = async (): Promise<void> => {
      const path = await this.#peer?.path();
      if (!this.open || path === undefined || path.kind === told?.kind) return;
      told = path;
      onPath(path);
    };
    this.#pathTimer = setInterval(() => void look(), PATH_INTERVAL_MS);
  }

  /** Takes down what was set up, last first, each step within a bound. */
  async #end(end: SessionEnd, goodbye: GoodbyeReason | undefined): Promise<void> {
    clearTimeout(this.#deadline);
    clearInterval(this.#pathTimer);
    this.#skipped.flush();
    if (goodbye !== undefined) await this.#drain(goodbye, end.message);
    if (this.#server === undefined && this.#options.saysBye) await this.#sayBye(end, goodbye);
    this.#signalling.abort(new Error(end.message));
    const closed = this.#server?.close();
    this.#peer?.close();
    await within(
      READ_PATIENCE_MS,
      Promise.resolve(closed).then(() => this.#offer?.source.close()),
    );
    this.#logger.info("the session is over", { reason: end.reason, message: end.message });
    const diagnosis = this.#diagnose();
    this.#resolveEnded(diagnosis === undefined ? end : { ...end, diagnosis });
  }

  #diagnose(): NoConnectionDiagnosis | undefined {
    if (this.#peer === undefined || this.#server !== undefined) return undefined;
    const { local, remote } = this.#offered;
    return { local: local.summary, remote: remote.summary, iceServers: summarizeIceServers(this.#options.iceServers) };
  }

  /** Tells an extended browser why, waits until it has all that was sent, and closes the channel so that the browser sees it. */
  async #drain(reason: GoodbyeReason, message: string): Promise<void> {
    const [channel, server] = [this.#channel, this.#server];
    if (channel === undefined || server === undefined) return;
    const patience = new AbortController();
    await within(
      DRAIN_MS,
      server.stop(reason, message).then(() => server.farewellTaken(patience.signal)),
    );
    patience.abort();
    if (channel.readyState !== "open") return;
    const closed = new Promise((resolve) => (channel.onclose = resolve));
    channel.close();
    await within(CLOSE_MS, closed);
  }

  /** A last word to a client of ours that still waits for its channel: why there will be none. */
  async #sayBye(end: SessionEnd, goodbye: GoodbyeReason | undefined): Promise<void> {
    const word = goodbye ?? BYE_WORDS.get(end.reason);
    if (word !== undefined) await within(LAST_POST_MS, this.#post({ type: "bye", payload: word }));
  }
}

/** What a bye says of an end that was ours; of others nothing is said. */
const BYE_WORDS: ReadonlyMap<SessionEnd["reason"], string> = new Map([
  ["refused", "limit"],
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
