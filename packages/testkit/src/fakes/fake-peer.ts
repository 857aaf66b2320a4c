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
import { FakeChannel } from "./fake-channel.ts";
import { fakeSdp } from "./fake-sdp.ts";

/** A peer connection without a network, of the side that offers or of the one that answers. The test raises its events. */
export class FakePeer implements PeerConnection {
  readonly config: PeerConnectionConfig;
  connectionState: ConnectionState = "new";
  endReason: string | undefined;
  localDescription: SessionDescription | null = null;
  remoteDescription: SessionDescription | null = null;
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  /** The channel that {@link createDataChannel} returns. */
  readonly channel: FakeChannel = new FakeChannel("fake", { readyState: "connecting", answersPings: false });
  /** With what channels were created. */
  readonly channels: { label: string; options: unknown }[] = [];
  /** Whether ICE can be restarted; undefined: it can. */
  canRestartIce?: boolean;
  /** Number of offers that restart ICE, and of remote descriptions that were set. */
  restarts = 0;
  remoteDescriptions = 0;
  /** Remote candidates that it accepted. */
  readonly added: CandidateInit[] = [];
  /** Answers that were set as its remote description. */
  readonly answers: SessionDescription[] = [];
  offerSdp: string = fakeSdp("offer");
  answerSdp: string = fakeSdp("answer");
  /** Candidate lines that are in the local description once it is set. */
  gathered: string[] = [];
  /** Thrown when the remote description is set. */
  refusal: Error | undefined;
  /** Whether it refuses remote candidates. */
  refusesCandidates = false;
  /** The answer waits for this. */
  gate: Promise<void> = Promise.resolve();
  /** Called once an answer is set. */
  onAnswer: () => void = () => undefined;

  constructor(config: PeerConnectionConfig = {}) {
    this.config = config;
  }

  /** @throws on the side that answers: it gets the other side's channel */
  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    if (this.remoteDescription?.type === "offer") throw new Error("the side that answers creates no channel");
    this.channels.push({ label, options });
    return this.channel;
  }

  async createOffer({ iceRestart = false }: { iceRestart?: boolean } = {}): Promise<SessionDescription> {
    if (this.remoteDescription?.type === "offer") throw new Error("InvalidStateError: there is a remote offer");
    if (iceRestart) this.restarts += 1;
    return { type: "offer", sdp: this.offerSdp };
  }

  async createAnswer(): Promise<SessionDescription> {
    if (this.remoteDescription?.type !== "offer") throw new Error("InvalidStateError: no remote offer");
    await this.gate;
    return { type: "answer", sdp: this.answerSdp };
  }

  async setLocalDescription(description?: SessionDescription): Promise<void> {
    if (description === undefined) throw new Error("the fake needs the description that it made");
    const lines = this.gathered.map((line) => `a=${line}\r\n`).join("");
    this.localDescription = { type: description.type, sdp: `${description.sdp}${lines}` };
  }

  async setRemoteDescription(description: SessionDescription): Promise<void> {
    if (this.refusal !== undefined) throw this.refusal;
    this.remoteDescription = description;
    this.remoteDescriptions += 1;
    if (description.type !== "answer") return;
    this.answers.push(description);
    this.onAnswer();
  }

  async addIceCandidate(candidate: CandidateInit): Promise<void> {
    if (this.remoteDescription === null) throw new Error("InvalidStateError: no remote description");
    if (this.refusesCandidates) throw new Error("OperationError: can't use it");
    this.added.push(candidate);
  }

  async getStats(): Promise<StatsReport> {
    const pair = { id: "pair", type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.05 };
    return new Map([["pair", pair]]);
  }

  close(): void {
    this.connectionState = "closed";
  }

  get closed(): boolean {
    return this.connectionState === "closed";
  }

  /** Reports a local candidate; null after the last one. */
  gather(candidate: CandidateInit | null): void {
    this.onicecandidate?.({ candidate: candidate === null ? null : { toJSON: () => candidate } });
  }

  /** Reports a local candidate by its line alone; null after the last one. */
  find(line: string | null): void {
    this.gather(line === null ? null : { candidate: line, sdpMid: "0" });
  }

  become(state: ConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.({});
  }

  /** The other side's channel arrives. */
  announce(channel: DataChannel): void {
    this.ondatachannel?.({ channel });
  }
}
