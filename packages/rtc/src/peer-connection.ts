/*
 * Types of the part of the W3C RTCPeerConnection that daemon and client use. A browser's RTCPeerConnection satisfies them (except for descriptions without
 * SDP, which the DOM's types allow but no browser returns), and so does the one of `@rangecast/rtc-node`. So code with these types runs in a page, in a
 * worker with a transferred channel, and in Node.
 */

export interface SessionDescription {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** RTCIceCandidateInit: the JSON in a `candidate` message (PROTOCOL.md, section 2). */
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

/** An event handler property. It is a method's type, so that a DOM handler with a more specific event satisfies it. */
export type Handler<E> = { handle(event: E): void }["handle"] | null;

/** The used part of RTCDataChannel. */
export interface DataChannel {
  readonly label: string;
  readonly readyState: ChannelState;
  /** Queued bytes that have not been sent. */
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  /**
   * How much of {@link bufferedAmount} keeps the path busy, bytes; it changes with the path. Only transports have it that pace what they send, and hide
   * nothing that waits.
   */
  readonly supplyBytes?: number;
  /** Set it to "arraybuffer". */
  binaryType: string;
  onopen: Handler<unknown>;
  onmessage: Handler<{ readonly data: unknown }>;
  onclose: Handler<unknown>;
  onerror: Handler<unknown>;
  onbufferedamountlow: Handler<unknown>;
  /** @throws if the channel is not open, or the message is larger than the remote accepts */
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** The used part of RTCPeerConnection. */
export interface PeerConnection {
  readonly connectionState: ConnectionState;
  /** Why the connection ended without a call of {@link close}, for a log, if the stack knows it. May contain text of the other side, without control characters. */
  readonly endReason?: string | undefined;
  /** Whether a second negotiation can restart ICE. Undefined: it can, as in every browser. */
  readonly canRestartIce?: boolean;
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
  /** A map of statistics by id. */
  getStats(): Promise<StatsReport>;
  /** Closes the channels too. Idempotent. */
  close(): void;
}

/** The used part of RTCStatsReport, to be read with {@link selectedPath}. */
export interface StatsReport {
  forEach(visit: (value: Record<string, unknown>) => void): void;
}

/** Creates a peer connection: `(config) => new RTCPeerConnection(config)` in a browser. */
export type PeerConnectionFactory = (config: PeerConnectionConfig) => PeerConnection;
