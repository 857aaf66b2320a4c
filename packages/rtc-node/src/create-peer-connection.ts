import type {
  CandidateInit,
  ConnectionState,
  DataChannel,
  Handler,
  PeerConnection,
  PeerConnectionConfig,
  SessionDescription,
  StatsReport,
} from "@rangecast/rtc";
import { maxMessageSize } from "@rangecast/rtc";
import wrtc from "@roamhq/wrtc";
import { NodeDataChannel } from "./data-channel.ts";
import { guarded, type OnFault, rethrowLater } from "./guarded.ts";
import { keepAlive, letGo } from "./keep-alive.ts";

export interface NodePeerConnectionConfig extends PeerConnectionConfig {
  /**
   * Told of what one of our own event handlers threw. Nothing that happens in a native callback may end the process by itself.
   * @default throws it again from the event loop, as any uncaught error of Node
   */
  readonly onFault?: OnFault;
}

/**
 * RTCPeerConnection in Node (libwebrtc): the same behaviour as a browser's, as much as `@rangecast/rtc` asks for. Keep to the rule that
 * whoever creates one closes it: it holds two threads and a UDP port per interface.
 */
export function createPeerConnection(config: NodePeerConnectionConfig = {}): PeerConnection {
  return new NodePeerConnection(config);
}

class NodePeerConnection implements PeerConnection {
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  readonly #native: RTCPeerConnection;
  readonly #onFault: OnFault;
  readonly #channels = new Set<NodeDataChannel>();
  #remoteMaxMessageSize: number | undefined;
  #closed = false;

  constructor({ onFault = rethrowLater, ...config }: NodePeerConnectionConfig) {
    this.#onFault = onFault;
    this.#native = new wrtc.RTCPeerConnection(config);
    // libwebrtc does not keep its JavaScript side alive: without a reference a connection is collected in mid-flight.
    keepAlive(this);
    this.#native.onicecandidate = guarded(onFault, ({ candidate }) => this.onicecandidate?.({ candidate }));
    this.#native.onconnectionstatechange = guarded(onFault, () => this.#onStateChange());
    this.#native.ondatachannel = guarded(onFault, ({ channel }) => this.ondatachannel?.({ channel: this.#adopt(channel) }));
  }

  get connectionState(): ConnectionState {
    return this.#closed ? "closed" : this.#native.connectionState;
  }

  get localDescription(): SessionDescription | null {
    const description = this.#native.localDescription;
    return description === null ? null : plain(description);
  }

  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    return this.#adopt(this.#native.createDataChannel(label, options));
  }

  async createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return plain(await this.#native.createOffer(options));
  }

  async createAnswer(): Promise<SessionDescription> {
    return plain(await this.#native.createAnswer());
  }

  async setLocalDescription(description?: SessionDescription): Promise<void> {
    await this.#native.setLocalDescription(description);
  }

  async setRemoteDescription(description: SessionDescription): Promise<void> {
    await this.#native.setRemoteDescription(description);
    this.#remoteMaxMessageSize = maxMessageSize(description.sdp);
  }

  async addIceCandidate(candidate: CandidateInit): Promise<void> {
    await this.#native.addIceCandidate(candidate);
  }

  async getStats(): Promise<StatsReport> {
    const report: unknown = await this.#native.getStats();
    return report as StatsReport;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const channel of this.#channels) channel.shut();
    this.#channels.clear();
    this.#native.close();
    letGo(this);
  }

  #adopt(native: RTCDataChannel): NodeDataChannel {
    const channel = new NodeDataChannel(native, { onFault: this.#onFault, remoteMaxMessageSize: () => this.#remoteMaxMessageSize });
    this.#channels.add(channel);
    return channel;
  }

  #onStateChange(): void {
    this.onconnectionstatechange?.(undefined);
    // A connection that failed stays until somebody closes it; its channels say so now, since libwebrtc leaves them open.
    if (this.#native.connectionState === "closed") this.close();
  }
}

function plain(description: { type: string; sdp?: string }): SessionDescription {
  if (description.type !== "offer" && description.type !== "answer") throw new Error(`a description of type ${description.type}`);
  return { type: description.type, sdp: description.sdp ?? "" };
}
