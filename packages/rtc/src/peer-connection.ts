/*
 * The part of the W3C RTCPeerConnection that both ends of rangecast use, as types. A browser's own RTCPeerConnection satisfies it (but for
 * descriptions without SDP, which the DOM's types allow and no browser makes),
 * and so does what `@rangecast/rtc-node` builds. Only methods and event handlers that both have are here: code that keeps to
 * these types runs in a page, in a worker that was handed a channel, and in Node.
 */

export interface SessionDescription {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** RTCIceCandidateInit: the JSON that travels in a `candidate` message (protocol 1.1). */
export interface CandidateInit {
  readonly candidate?: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

export interface IceServer {
  readonly urls: string | string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface PeerConnectionConfig {
  readonly iceServers?: IceServer[];
  readonly iceTransportPolicy?: "all" | "relay";
}

export type ConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";
export type ChannelState = "connecting" | "open" | "closing" | "closed";

/**
 * An event handler property. It is written as a method's type so that a DOM handler, which takes a richer event, satisfies it.
 */
export type Handler<E> = { handle(event: E): void }["handle"] | null;

/** RTCDataChannel, as much as is used. */
export interface DataChannel {
  readonly label: string;
  readonly readyState: ChannelState;
  /** Bytes queued that the network has not taken yet. */
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  /** Set it to "arraybuffer": messages are read as ArrayBuffer. */
  binaryType: string;
  onopen: Handler<unknown>;
  onmessage: Handler<{ readonly data: unknown }>;
  onclose: Handler<unknown>;
  onerror: Handler<unknown>;
  onbufferedamountlow: Handler<unknown>;
  /** @throws when the channel is not open, or the message is larger than the remote takes */
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** RTCPeerConnection, as much as is used. */
export interface PeerConnection {
  readonly connectionState: ConnectionState;
  readonly localDescription: SessionDescription | null;
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }>;
  onconnectionstatechange: Handler<unknown>;
  ondatachannel: Handler<{ readonly channel: DataChannel }>;
  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel;
  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription>;
  createAnswer(): Promise<SessionDescription>;
  setLocalDescription(description?: SessionDescription): Promise<void>;
  /** Rejects a description that can't be used. */
  setRemoteDescription(description: SessionDescription): Promise<void>;
  /** Rejects a candidate that can't be used. */
  addIceCandidate(candidate: CandidateInit): Promise<void>;
  /** RTCStatsReport: a map of statistics by id. */
  getStats(): Promise<StatsReport>;
  /** Idempotent; its channels close. */
  close(): void;
}

/** RTCStatsReport as both kinds of peer connection give it: read it with {@link selectedPath}. */
export interface StatsReport {
  forEach(visit: (value: Record<string, unknown>) => void): void;
}

/** Builds a peer connection: `(config) => new RTCPeerConnection(config)` in a browser. */
export type PeerConnectionFactory = (config: PeerConnectionConfig) => PeerConnection;
