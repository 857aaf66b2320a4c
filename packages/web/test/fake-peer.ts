import type { CandidateInit, ConnectionState, DataChannel, Handler, PeerConnection, SessionDescription, StatsReport } from "@rangecast/rtc";

/** A peer connection without a network. Its channel is a MessagePort, which can be transferred like a browser's channel. `network` is the other end. */
export class FakePeer implements PeerConnection {
  readonly channels: unknown[][] = [];
  network: MessagePort | undefined;
  remote: SessionDescription | undefined;
  connectionState: ConnectionState = "new";
  localDescription: SessionDescription | null = null;
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;

  createDataChannel(...args: unknown[]): DataChannel {
    this.channels.push(args);
    const { port1, port2 } = new MessageChannel();
    this.network = port2;
    return port1 as unknown as DataChannel;
  }

  createOffer = async (): Promise<SessionDescription> => ({ type: "offer", sdp: "fake" });
  createAnswer = async (): Promise<SessionDescription> => ({ type: "answer", sdp: "fake" });
  getStats = async (): Promise<StatsReport> => new Map([["pair", { type: "candidate-pair" }]]);

  async setLocalDescription(description?: SessionDescription): Promise<void> {
    this.localDescription = description ?? null;
  }

  async setRemoteDescription(description: SessionDescription): Promise<void> {
    this.remote = description;
  }

  async addIceCandidate(): Promise<void> {
    throw new Error("can't use it");
  }

  close(): void {
    this.connectionState = "closed";
    this.network?.close();
  }

  become(state: ConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.({});
  }
}
