import {
  type CandidateInit,
  type ConnectionState,
  type DataChannel,
  type Handler,
  type PeerConnection,
  type PeerConnectionConfig,
  type SessionDescription,
  type StatsReport,
  writeDescription,
} from "@rangecast/rtc";
import { FakeChannel } from "./fake-channel.ts";

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(":");

/** An SDP for a data channel, with only the lines that we know. */
export function fakeSdp(type: SessionDescription["type"], fingerprints = 1, candidates: readonly string[] = []): string {
  const sdp = writeDescription({
    sessionId: "1",
    mid: "0",
    bundled: true,
    iceLite: false,
    iceUfrag: type,
    icePwd: `password/of/the/${type}/side`,
    trickle: true,
    fingerprint: FINGERPRINT,
    setup: type === "offer" ? "actpass" : "active",
    sctpPort: 5000,
    maxMessageSize: 262_144,
    candidates,
  });
  return sdp.replace(/a=fingerprint.*\r\n/u, (line) => line.repeat(fingerprints));
}

/** A peer connection without a network, for the offerer. The test changes its state. */
export class FakePeer implements PeerConnection {
  readonly config: PeerConnectionConfig;
  readonly channel = new FakeChannel();
  readonly channels: { label: string; options: unknown }[] = [];
  readonly added: CandidateInit[] = [];
  readonly answers: SessionDescription[] = [];
  connectionState: ConnectionState = "new";
  localDescription: SessionDescription | null = null;
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  offerSdp = fakeSdp("offer");
  refusal: Error | undefined;
  refusesCandidates = false;
  /** Called once the answer is set. */
  onAnswer: () => void = () => undefined;

  constructor(config: PeerConnectionConfig = {}) {
    this.config = config;
  }

  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    this.channels.push({ label, options });
    return this.channel;
  }

  async createOffer(): Promise<SessionDescription> {
    return { type: "offer", sdp: this.offerSdp };
  }

  createAnswer(): Promise<SessionDescription> {
    return Promise.reject(new Error("a browser makes no answer"));
  }

  async setLocalDescription(description?: SessionDescription): Promise<void> {
    this.localDescription = description ?? null;
  }

  async setRemoteDescription(description: SessionDescription): Promise<void> {
    if (this.refusal !== undefined) throw this.refusal;
    this.answers.push(description);
    this.onAnswer();
  }

  async addIceCandidate(candidate: CandidateInit): Promise<void> {
    if (this.answers.length === 0) throw new Error("InvalidStateError: no remote description");
    if (this.refusesCandidates) throw new Error("OperationError: can't use it");
    this.added.push(candidate);
  }

  async getStats(): Promise<StatsReport> {
    return new Map([["pair", { id: "pair", type: "candidate-pair", state: "succeeded", nominated: true }]]);
  }

  close(): void {
    this.connectionState = "closed";
  }

  /** Reports a local candidate; null after the last one. */
  gather(candidate: CandidateInit | null): void {
    this.onicecandidate?.({ candidate: candidate === null ? null : { toJSON: () => candidate } });
  }

  become(state: ConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.({});
  }
}
