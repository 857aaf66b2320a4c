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
import { fakeSdp } from "./fake-signals.ts";

/** A peer connection without a network. The test raises its events. */
export class FakePeer implements PeerConnection {
  connectionState: ConnectionState = "new";
  localDescription: SessionDescription | null = null;
  remoteDescription: SessionDescription | null = null;
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  readonly config: PeerConnectionConfig;
  readonly added: CandidateInit[] = [];
  /** Candidate lines that are in the local description once it is set. */
  gathered: string[] = [];
  answerSdp = fakeSdp("answer");
  refuseOffer: Error | undefined;
  refuseCandidates = false;
  /** The answer waits for this. */
  gate: Promise<void> = Promise.resolve();
  closed = false;

  constructor(config: PeerConnectionConfig = {}) {
    this.config = config;
  }

  createDataChannel(): DataChannel {
    throw new Error("the daemon never creates a channel");
  }

  createOffer(): Promise<SessionDescription> {
    return Promise.reject(new Error("the daemon never makes an offer"));
  }

  async createAnswer(): Promise<SessionDescription> {
    await this.gate;
    return { type: "answer", sdp: this.answerSdp };
  }

  setLocalDescription(description?: SessionDescription): Promise<void> {
    const lines = this.gathered.map((line) => `a=${line}\r\n`).join("");
    this.localDescription = { type: "answer", sdp: `${description?.sdp ?? ""}${lines}` };
    return Promise.resolve();
  }

  setRemoteDescription(description: SessionDescription): Promise<void> {
    if (this.refuseOffer !== undefined) return Promise.reject(this.refuseOffer);
    this.remoteDescription = description;
    return Promise.resolve();
  }

  addIceCandidate(candidate: CandidateInit): Promise<void> {
    if (this.refuseCandidates) return Promise.reject(new Error("OperationError"));
    this.added.push(candidate);
    return Promise.resolve();
  }

  getStats(): Promise<StatsReport> {
    return Promise.resolve(
      new Map([["pair", { id: "pair", type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.05 }]]),
    );
  }

  close(): void {
    this.closed = true;
    this.connectionState = "closed";
  }

  /** Raises a local candidate, or the end of gathering with null. */
  find(candidate: string | null): void {
    const init = { candidate: candidate ?? "", sdpMid: "0" };
    this.onicecandidate?.({ candidate: candidate === null ? null : { toJSON: () => init } });
  }

  become(state: ConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.({});
  }

  announce(channel: DataChannel): void {
    this.ondatachannel?.({ channel });
  }
}
