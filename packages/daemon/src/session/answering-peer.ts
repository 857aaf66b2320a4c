import type { CandidateInit, DataChannel, IceServer, PeerConnection, PeerConnectionFactory, SelectedPath } from "@rangecast/rtc";
import { rewriteAnswer, selectedPath } from "@rangecast/rtc";
import type { SessionEvent } from "./session-state.ts";

/** Maximum number of channels that are kept beside the served one. Further ones are closed at once. */
const MAX_EXTRA_CHANNELS = 4;

/** Address and port of a candidate on a TURN server (RFC 8839, 5.1). */
const RELAY_CANDIDATE = /candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) typ relay\b/giu;
/** Maximum number of such candidates that are remembered: a browser has one per server and transport. */
const MAX_RELAYS = 32;

/** The session events that a peer connection raises. */
export type PeerEvent = Extract<
  SessionEvent,
  { type: "local-candidate" | "gathered" | "connection-disconnected" | "connection-failed" | "connection-closed" | "channel-open" }
>;

export interface AnsweringPeerOptions {
  readonly createPeerConnection: PeerConnectionFactory;
  readonly iceServers: readonly IceServer[];
  readonly onEvent: (event: PeerEvent) => void;
}

/** The peer connection of the side that answers. Its events are local candidates, the connection's state, and channels that open. */
export class AnsweringPeer {
  readonly #connection: PeerConnection;
  readonly #onEvent: (event: PeerEvent) => void;
  /** References that keep channels in use from being garbage-collected. */
  readonly #channels = new Set<DataChannel>();
  /** `address:port` of the browser's candidates on TURN servers. */
  readonly #relays = new Set<string>();
  #offer = "";

  constructor(options: AnsweringPeerOptions) {
    this.#onEvent = options.onEvent;
    this.#connection = options.createPeerConnection({ iceServers: [...options.iceServers] });
    this.#connection.onicecandidate = ({ candidate }) => {
      this.#onEvent(candidate === null ? { type: "gathered" } : { type: "local-candidate", candidate: candidate.toJSON() });
    };
    this.#connection.onconnectionstatechange = () => this.#onConnectionState();
    this.#connection.ondatachannel = ({ channel }) => this.#onChannel(channel);
  }

  /** Whether {@link takeOffer} accepts a later offer, which restarts ICE. */
  get canRestart(): boolean {
    return this.#connection.canRestartIce !== false;
  }

  /**
   * Sets the offer.
   * @throws the stack's error for an offer that it can't use
   */
  async takeOffer(sdp: string): Promise<void> {
    this.#noteRelays(sdp);
    this.#offer = sdp;
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
  }

  /**
   * Makes the answer; gathering starts.
   * @returns its SDP with the candidates gathered so far, without lines that the stack may have copied from the offer (S-6)
   */
  async makeAnswer(): Promise<string> {
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    return rewriteAnswer((this.#connection.localDescription ?? answer).sdp, this.#offer).sdp;
  }

  /** @throws the stack's error for a candidate that it can't use */
  async addCandidate(candidate: CandidateInit): Promise<void> {
    this.#noteRelays(candidate.candidate ?? "");
    await this.#connection.addIceCandidate(candidate);
  }

  /** The network path; undefined if the stack doesn't know it. */
  async path(): Promise<SelectedPath | undefined> {
    try {
      return selectedPath(await this.#connection.getStats(), this.#relays);
    } catch {
      return undefined;
    }
  }

  /** See `PeerConnection.endReason`. */
  get endReason(): string | undefined {
    return this.#connection.endReason;
  }

  /** Closes connection and channels; no event follows. Idempotent. */
  close(): void {
    this.#connection.onicecandidate = null;
    this.#connection.onconnectionstatechange = null;
    this.#connection.ondatachannel = null;
    this.#connection.close();
    this.#channels.clear();
  }

  #noteRelays(text: string): void {
    for (const [, address, port] of text.matchAll(RELAY_CANDIDATE)) {
      if (this.#relays.size < MAX_RELAYS) this.#relays.add(`${address}:${port}`);
    }
  }

  #onConnectionState(): void {
    const state = this.#connection.connectionState;
    if (state === "failed" || state === "closed" || state === "disconnected") this.#onEvent({ type: `connection-${state}` });
  }

  #onChannel(channel: DataChannel): void {
    // Without a handler a stack would queue messages. They are discarded until the channel is served.
    channel.onmessage = () => {};
    if (this.#channels.size > MAX_EXTRA_CHANNELS) return channel.close();
    this.#channels.add(channel);
    channel.binaryType = "arraybuffer";
    if (channel.readyState === "open") return this.#onEvent({ type: "channel-open", channel });
    channel.onopen = () => this.#onEvent({ type: "channel-open", channel });
  }
}
