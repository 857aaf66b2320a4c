import {
  candidateLines,
  CandidateTally,
  type CandidateInit,
  type ConnectionState,
  type DataChannel,
  type Handler,
  type NoConnectionDiagnosis,
  type PeerConnection,
  type PeerConnectionConfig,
  type SessionDescription,
  type StatsReport,
  summarizeIceServers,
} from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

type CandidateHandler = Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }>;

/** A peer connection that counts the candidates of both sides, to explain why no connection could be made. */
export class ObservedConnection implements PeerConnection {
  onicecandidate: CandidateHandler = null;
  readonly #inner: PeerConnection;
  readonly #iceServers: PeerConnectionConfig["iceServers"];
  readonly #local = new CandidateTally();
  readonly #remote = new CandidateTally();

  constructor(config: PeerConnectionConfig) {
    this.#iceServers = config.iceServers;
    // Skipped ICE servers are reported by the checks of STUN and TURN.
    this.#inner = createPeerConnection(config);
    this.#inner.onicecandidate = (event) => {
      this.#local.add(event.candidate?.toJSON().candidate ?? "");
      this.onicecandidate?.(event);
    };
  }

  get diagnosis(): NoConnectionDiagnosis {
    return { local: this.#local.summary, remote: this.#remote.summary, iceServers: summarizeIceServers(this.#iceServers ?? []) };
  }

  get connectionState(): ConnectionState {
    return this.#inner.connectionState;
  }

  get localDescription(): SessionDescription | null {
    return this.#inner.localDescription;
  }

  get onconnectionstatechange(): Handler<unknown> {
    return this.#inner.onconnectionstatechange;
  }

  set onconnectionstatechange(handler: Handler<unknown>) {
    this.#inner.onconnectionstatechange = handler;
  }

  get ondatachannel(): Handler<{ readonly channel: DataChannel }> {
    return this.#inner.ondatachannel;
  }

  set ondatachannel(handler: Handler<{ readonly channel: DataChannel }>) {
    this.#inner.ondatachannel = handler;
  }

  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    return this.#inner.createDataChannel(label, options);
  }

  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#inner.createOffer(options);
  }

  createAnswer(): Promise<SessionDescription> {
    return this.#inner.createAnswer();
  }

  setLocalDescription(description?: SessionDescription): Promise<void> {
    return this.#inner.setLocalDescription(description);
  }

  setRemoteDescription(description: SessionDescription): Promise<void> {
    for (const line of candidateLines(description.sdp)) this.#remote.add(line);
    return this.#inner.setRemoteDescription(description);
  }

  addIceCandidate(candidate: CandidateInit): Promise<void> {
    this.#remote.add(candidate.candidate ?? "");
    return this.#inner.addIceCandidate(candidate);
  }

  getStats(): Promise<StatsReport> {
    return this.#inner.getStats();
  }

  close(): void {
    this.#inner.close();
  }
}
