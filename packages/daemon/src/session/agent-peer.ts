import type { CandidateInit, DataChannel, IceServer, PeerConnection, PeerConnectionFactory, SelectedPath } from "@rangecast/rtc";
import { rewriteDescription, selectedPath } from "@rangecast/rtc";
import type { SessionEvent } from "./session-event.ts";

/** Channels of a browser that are looked at beside the one that is served. What is over is closed at once. */
const MAX_EXTRA_CHANNELS = 4;

/** Address and port of a candidate on a TURN server (RFC 8839, 5.1). */
const RELAY_CANDIDATE = /candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) typ relay\b/giu;
/** Such candidates of a browser that are remembered: it has one a server and transport. */
const MAX_RELAYS = 32;

/** What a peer connection has to tell the session. */
export type PeerEvent = Extract<
  SessionEvent,
  { type: "local-candidate" | "gathered" | "connection-disconnected" | "connection-failed" | "connection-closed" | "channel-open" }
>;

export interface AgentPeerOptions {
  readonly createPeerConnection: PeerConnectionFactory;
  readonly iceServers: readonly IceServer[];
  readonly onEvent: (event: PeerEvent) => void;
}

/** The agent's end of a peer connection: it answers, and tells of candidates, of the connection's state, and of channels that open. */
export class AgentPeer {
  readonly #connection: PeerConnection;
  readonly #onEvent: (event: PeerEvent) => void;
  /** Held so that no stack collects a channel that is still in use. */
  readonly #channels = new Set<DataChannel>();
  /** Where the browser said it is on a TURN server, `address:port`; as many as candidates are looked at. */
  readonly #relays = new Set<string>();

  constructor(options: AgentPeerOptions) {
    this.#onEvent = options.onEvent;
    this.#connection = options.createPeerConnection({ iceServers: [...options.iceServers] });
    this.#connection.onicecandidate = ({ candidate }) => {
      this.#onEvent(candidate === null ? { type: "gathered" } : { type: "local-candidate", candidate: candidate.toJSON() });
    };
    this.#connection.onconnectionstatechange = () => this.#onConnectionState();
    this.#connection.ondatachannel = ({ channel }) => this.#onChannel(channel);
  }

  /**
   * Takes the offer.
   * @throws what the stack says of an offer that it can't use
   */
  async takeOffer(sdp: string): Promise<void> {
    this.#noteRelays(sdp);
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
  }

  /**
   * Makes the answer; gathering starts.
   * @returns its SDP, with the candidates gathered so far, and without lines that the stack may have taken over from the offer
   */
  async makeAnswer(): Promise<string> {
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    return rewriteDescription(this.#connection.localDescription ?? answer).sdp;
  }

  /** @throws when the stack can't use it */
  async addCandidate(candidate: CandidateInit): Promise<void> {
    this.#noteRelays(candidate.candidate ?? "");
    await this.#connection.addIceCandidate(candidate);
  }

  /** How the bytes go; undefined where the stack can't say. */
  async path(): Promise<SelectedPath | undefined> {
    try {
      return selectedPath(await this.#connection.getStats(), this.#relays);
    } catch {
      return undefined;
    }
  }

  /** Closes connection and channels, and tells of nothing any more. Idempotent. */
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
    // A stack keeps messages that nobody takes: until the channel is served they are thrown away.
    channel.onmessage = () => {};
    if (this.#channels.size > MAX_EXTRA_CHANNELS) return channel.close();
    this.#channels.add(channel);
    channel.binaryType = "arraybuffer";
    if (channel.readyState === "open") return this.#onEvent({ type: "channel-open", channel });
    channel.onopen = () => this.#onEvent({ type: "channel-open", channel });
  }
}
