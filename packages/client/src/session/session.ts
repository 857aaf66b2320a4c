import { withDeadline } from "@rangecast/base";
import type { IceServer, PeerConnection, PeerConnectionFactory, SelectedPath, SessionDescription } from "@rangecast/rtc";
import { limitIceServers, rewriteDescription, RtcError, selectedPath, summarizeIceServers } from "@rangecast/rtc";
import { type SignalClient, SignalError } from "@rangecast/signal";
import { abortedError, ClientError } from "../client-error.ts";
import type { ClientEvent, CloseReason } from "./client-state.ts";
import { toClientError } from "../expected-errors.ts";
import type { ConnectDiagnosis } from "./diagnosis.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Handshake } from "./handshake.ts";
import { RangeChannel } from "../channel/range-channel.ts";
import { LocalCandidates } from "./local-candidates.ts";
import { RemoteCandidates } from "./remote-candidates.ts";
import type { Window } from "../window/window.ts";

/** Name of the data channel, for logs: an agent serves the first channel, whatever its name. */
const CHANNEL_LABEL = "rangecast";

/** Longest wait for the answer once the offer is handed over, milliseconds: a relay drops a session that isn't accepted within 15 s. */
export const ANSWER_WAIT_MS = 20_000;

/** Longest wait for the channel once the answer is in, milliseconds: what an agent allows (protocol 1.1). */
export const CHANNEL_WAIT_MS = 30_000;

/**
 * How long the event stream stays open once the channel is, milliseconds: candidates that come later find no use any more, and a
 * browser has six connections an origin, which other tabs need.
 */
export const SIGNAL_LINGER_MS = 10_000;

/** The same after a `candidate-end`, milliseconds: old agents post it before candidates that are still on their way. */
export const ENDED_LINGER_MS = 1000;

/** Longest that a `bye` is tried for, milliseconds. The agent sees the channel close in any case. */
export const BYE_WAIT_MS = 3000;

export interface SessionOptions {
  readonly handshake: Handshake;
  readonly createPeerConnection: PeerConnectionFactory;
  readonly window: Window;
  readonly onEvent: (event: ClientEvent) => void;
}

/** One session with one agent: a peer connection, its channel, and the signalling that leads there. It lives exactly as long as its channel. */
export class Session {
  readonly channel: RangeChannel;
  readonly #handshake: Handshake;
  readonly #iceServers: IceServer[];
  readonly #peer: PeerConnection;
  readonly #onEvent: (event: ClientEvent) => void;
  /** Aborts when the session is over. */
  readonly #life = new AbortController();
  /** Aborts when the event stream is of no more use. */
  readonly #reading = new AbortController();
  readonly #local: LocalCandidates;
  readonly #remote: RemoteCandidates;
  readonly #torn: Promise<void>;
  #signals: SignalClient | undefined;
  #answered = false;
  #remoteEnded = false;
  #tried = false;
  #connected = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor({ handshake, createPeerConnection, window, onEvent }: SessionOptions) {
    this.#handshake = handshake;
    this.#onEvent = onEvent;
    this.#iceServers = limitIceServers(handshake.iceServers);
    this.#peer = createPeerConnection({ iceServers: this.#iceServers });
    this.#local = new LocalCandidates(this.#life.signal);
    this.#remote = new RemoteCandidates(this.#peer);
    this.#peer.onicecandidate = ({ candidate }) => this.#local.take(candidate === null ? null : candidate.toJSON());
    this.#peer.onconnectionstatechange = () => this.#watch();
    this.channel = new RangeChannel({ channel: this.#peer.createDataChannel(CHANNEL_LABEL, { ordered: true }), window });
    this.#torn = this.channel.closed.then((reason) => this.#tearDown(reason));
  }

  /** Resolves with what the HELLO says. @throws {ClientError} after everything was torn down */
  async start(signal: AbortSignal | undefined): Promise<FileFacts> {
    const onAbort = (): void => this.channel.end({ reason: "aborted", message: "aborted by the caller" });
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const facts = await Promise.race([this.channel.greeted, this.#negotiate()]);
      clearTimeout(this.#deadline);
      this.#onEvent({ type: "greeted" });
      this.#lingerOn();
      return facts;
    } catch (error) {
      const known = signal?.aborted ? abortedError(signal) : toClientError(error);
      this.channel.end(known ?? { reason: "closed", message: "an error of our own" });
      throw known === undefined ? error : this.#diagnosed(known);
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** How the bytes go; undefined when nothing is known of it. */
  async path(): Promise<SelectedPath | undefined> {
    return this.#life.signal.aborted ? undefined : selectedPath(await this.#peer.getStats());
  }

  /** What is known of the search for a path. */
  get diagnosis(): ConnectDiagnosis {
    return {
      local: this.#local.tally.summary,
      remote: this.#remote.tally.summary,
      iceServers: summarizeIceServers(this.#iceServers),
      tried: this.#tried,
      connected: this.#connected,
    };
  }

  /** Ends the session and says goodbye to the relay, within a bound. Idempotent. */
  async close(): Promise<void> {
    this.channel.end({ reason: "closed", message: "closed by this side" });
    await this.#torn;
  }

  /** Offers, and follows the agent's signalling. Its promise only rejects: what it leads to is the channel's HELLO. */
  async #negotiate(): Promise<never> {
    const offer = await this.#peer.createOffer();
    await this.#peer.setLocalDescription(offer);
    // Old agents put lines that they don't know into their answers, and what is answered is agreed on: no such line is offered.
    const sdp = offerToSend(this.#peer.localDescription ?? offer);
    this.#signals = await this.#handshake.offer(sdp, this.#life.signal);
    this.#endAfter(ANSWER_WAIT_MS, { reason: "timeout", message: "the host did not answer" });
    this.#local.start(this.#signals);
    try {
      await this.#follow(this.#signals);
    } catch (error) {
      if (!this.#answered) throw unanswered(error);
      if (!(error instanceof SignalError)) {
        if (this.channel.ready) queueMicrotask(() => rethrow(error)); // start() is over, and a fault of our own is nobody's to swallow.
        throw error;
      }
      // The answer is in: what the two still need is a path, and that has a deadline of its own. Once the channel is open, losing the
      // relay doesn't end the session (protocol 1.1).
    }
    return new Promise<never>(() => undefined);
  }

  #diagnosed(error: ClientError): ClientError {
    const { reason, message, cause } = error;
    return reason === "no-connection" ? new ClientError(reason, message, { cause, diagnosis: this.diagnosis }) : error;
  }

  async #follow(signals: SignalClient): Promise<void> {
    for await (const { type, payload } of signals.messages({ signal: this.#reading.signal })) {
      if (type === "answer") await this.#takeAnswer(payload);
      else if (type === "candidate") this.#remote.take(payload);
      else if (type === "bye") this.#turnedAway(payload);
      else if (type === "candidate-end") {
        this.#remoteEnded = true;
        if (this.channel.ready) this.#lingerOn();
      }
    }
  }

  /** A daemon of ours says why it takes no viewer now (PROTOCOL.md, L-10); once the channel is open, GOODBYE says such things. */
  #turnedAway(payload: string): void {
    if (this.channel.ready) return;
    this.channel.end(TURNED_AWAY.get(payload) ?? { reason: "unreadable", message: "the host can't serve its file" });
  }

  /** The first answer counts. */
  async #takeAnswer(payload: string): Promise<void> {
    if (this.#answered) return;
    this.#answered = true;
    const received = await this.#handshake.answer(payload);
    this.#endAfter(CHANNEL_WAIT_MS, { reason: "no-connection", message: "no path to the host was found" });
    this.#onEvent({ type: "answered" });
    try {
      const answer = rewriteDescription({ type: "answer", sdp: received });
      await this.#peer.setRemoteDescription(answer);
      this.#remote.answered(answer.sdp);
    } catch (error) {
      throw new ClientError("no-connection", "the host's answer can't be used", { cause: error });
    }
  }

  #endAfter(ms: number, reason: CloseReason): void {
    clearTimeout(this.#deadline);
    if (!this.#life.signal.aborted && !this.channel.ready) this.#deadline = setTimeout(() => this.channel.end(reason), ms);
  }

  /** Lets the event stream go a while after the channel opened. */
  #lingerOn(): void {
    clearTimeout(this.#linger);
    if (this.#life.signal.aborted) return;
    this.#linger = setTimeout(() => this.#reading.abort(), this.#remoteEnded ? ENDED_LINGER_MS : SIGNAL_LINGER_MS);
  }

  /** `disconnected` ends nothing, it only raises a doubt: a NAT rebinding or a lost packet must not end a film (protocol 1.1, RFC 8445). */
  #watch(): void {
    const { connectionState } = this.#peer;
    if (connectionState !== "new" && connectionState !== "closed") this.#tried = true;
    if (connectionState === "connected") this.#connected = true;
    if (connectionState === "disconnected") this.channel.doubt();
    if (connectionState === "failed") this.channel.end({ reason: "no-connection", message: "the connection to the host failed" });
    if (connectionState === "closed") this.channel.end({ reason: "closed", message: "the connection was closed" });
  }

  async #tearDown(reason: CloseReason): Promise<void> {
    clearTimeout(this.#deadline);
    clearTimeout(this.#linger);
    this.#onEvent({ type: "ended", ...reason });
    this.#reading.abort();
    this.#life.abort(new ClientError(reason.reason, reason.message));
    this.#peer.onicecandidate = this.#peer.onconnectionstatechange = null;
    this.#peer.close();
    await this.#sayBye(reason);
  }

  async #sayBye({ reason }: CloseReason): Promise<void> {
    const signals = this.#signals;
    if (signals === undefined) return;
    await withDeadline(
      BYE_WAIT_MS,
      undefined,
      () => new Error("the bye was not posted in time"),
      async (signal) => {
        try {
          await signals.post({ type: "bye", payload: reason }, { signal });
        } catch (error) {
          if (!signal.aborted && !(error instanceof SignalError)) throw error;
        }
      },
    );
  }
}

/** What the stack offers, with the lines that we know. @throws {ClientError} `no-connection` for an offer that isn't one for a data channel */
function offerToSend(offer: SessionDescription): string {
  try {
    return rewriteDescription(offer).sdp;
  } catch (error) {
    if (!(error instanceof RtcError)) throw error;
    throw new ClientError("no-connection", "the offer that was made here can't be used", { cause: error });
  }
}

/** Payloads of an agent's `bye`; anything else means that the file can't be served. */
const TURNED_AWAY: ReadonlyMap<string, CloseReason> = new Map([
  ["limit", { reason: "busy", message: "the host serves too many viewers" }],
  ["stopped", { reason: "host-stopped", message: "the host stopped sharing" }],
  ["revoked", { reason: "host-revoked", message: "the host took the link back" }],
  ["expired", { reason: "host-revoked", message: "the link has expired" }],
  ["gone", { reason: "file-gone", message: "the file is gone at the host: it was deleted, moved or renamed" }],
  ["unreadable", { reason: "unreadable", message: "the host can't read its file" }],
]);

/** The relay took the offer, so a session that it no longer knows is one that the host did not take up in time. */
function unanswered(error: unknown): unknown {
  const gone = error instanceof SignalError && ["not-found", "unauthorized", "forbidden"].includes(error.reason);
  return gone ? new ClientError("timeout", "the host did not answer", { cause: error }) : error;
}

function rethrow(error: unknown): never {
  throw error;
}
