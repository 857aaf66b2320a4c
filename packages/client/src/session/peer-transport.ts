import {
  CandidateTally,
  type DataChannel,
  type IceServer,
  limitIceServers,
  parseDescription,
  type PeerConnection,
  type PeerConnectionFactory,
  rewriteAnswer,
  rewriteDescription,
  RtcError,
  type SelectedPath,
  selectedPath,
  type SessionDescription,
  summarizeIceServers,
} from "@rangecast/rtc";
import { ClientError } from "../client-error.ts";
import { RemoteCandidates } from "./remote-candidates.ts";
import type { ConnectDiagnosis, Transport, TransportEvents } from "./transport.ts";

/** Name of the data channel, for logs: an agent serves the first channel, whatever its name (A-6). */
const CHANNEL_LABEL = "rangecast";

/** An RTCPeerConnection with one data channel (B-1). */
export class PeerTransport implements Transport {
  readonly channel: DataChannel;
  readonly #peer: PeerConnection;
  readonly #iceServers: IceServer[];
  readonly #local = new CandidateTally();
  readonly #remote: RemoteCandidates;
  /** What was sent last. */
  #offer = "";
  /** All local candidates of this generation of ICE were reported. */
  #gathered = false;
  /** The host's, from its first answer. */
  #fingerprint: string | undefined;
  #tried = false;
  #connected = false;
  #closed = false;

  constructor(createPeerConnection: PeerConnectionFactory, iceServers: IceServer[]) {
    this.#iceServers = limitIceServers(iceServers);
    this.#peer = createPeerConnection({ iceServers: this.#iceServers });
    this.#remote = new RemoteCandidates(this.#peer);
    this.channel = this.#peer.createDataChannel(CHANNEL_LABEL, { ordered: true });
  }

  async open(events: TransportEvents): Promise<string> {
    this.#peer.onicecandidate = this.#reportCandidates(events);
    this.#peer.onconnectionstatechange = () => this.#onConnectionState(events);
    const offer = await this.#peer.createOffer();
    return this.#setOffer(offer);
  }

  get canRestart(): boolean {
    return this.#peer.canRestartIce !== false;
  }

  async restart(): Promise<string> {
    const offer = await this.#peer.createOffer({ iceRestart: true });
    this.#gathered = false;
    this.#remote.restarted();
    return this.#setOffer(offer);
  }

  async accept(answer: string): Promise<void> {
    try {
      const description = rewriteAnswer(answer, this.#offer);
      const { fingerprint } = parseDescription(description);
      // A browser would take another one for a new peer.
      this.#fingerprint ??= fingerprint;
      if (fingerprint !== this.#fingerprint) throw new RtcError("bad-description", "the answer has another fingerprint");
      await this.#peer.setRemoteDescription(description);
      this.#remote.answered(description.sdp);
    } catch (error) {
      throw new ClientError("no-connection", "the host's answer can't be used", { cause: error });
    }
  }

  addCandidate(payload: string): void {
    this.#remote.take(payload);
  }

  async path(): Promise<SelectedPath | undefined> {
    return this.#closed ? undefined : selectedPath(await this.#peer.getStats());
  }

  get diagnosis(): ConnectDiagnosis {
    return {
      local: this.#local.summary,
      remote: this.#remote.tally.summary,
      iceServers: summarizeIceServers(this.#iceServers),
      tried: this.#tried,
      connected: this.#connected,
    };
  }

  close(): void {
    this.#closed = true;
    this.#peer.onicecandidate = this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  /** @returns the SDP to send */
  async #setOffer(offer: SessionDescription): Promise<string> {
    await this.#peer.setLocalDescription(offer);
    this.#offer = offerToSend(this.#peer.localDescription ?? offer);
    return this.#offer;
  }

  /** Reports one end of the candidates: Chromium ends with null, Firefox with an empty candidate and then null. */
  #reportCandidates({ onCandidate }: TransportEvents): PeerConnection["onicecandidate"] {
    return ({ candidate }) => {
      const init = candidate?.toJSON();
      if (this.#gathered) return;
      this.#gathered = !init?.candidate;
      if (init?.candidate) this.#local.add(init.candidate);
      onCandidate(this.#gathered || init === undefined ? null : init);
    };
  }

  #onConnectionState({ onDisconnected, onEnd }: TransportEvents): void {
    const { connectionState } = this.#peer;
    if (connectionState !== "new" && connectionState !== "closed") this.#tried = true;
    if (connectionState === "connected") this.#connected = true;
    if (connectionState === "disconnected") onDisconnected();
    if (connectionState === "failed") onEnd({ reason: "no-connection", message: "the connection to the host failed" });
    if (connectionState === "closed") {
      const { endReason } = this.#peer;
      onEnd({ reason: "closed", message: `the connection was closed${endReason === undefined ? "" : ` (${endReason})`}` });
    }
  }
}

/** The offer with the lines that we know (S-6). @throws {ClientError} `no-connection` if it isn't an offer of one data channel */
function offerToSend(offer: SessionDescription): string {
  try {
    return rewriteDescription(offer).sdp;
  } catch (error) {
    if (!(error instanceof RtcError)) throw error;
    throw new ClientError("no-connection", "the offer that was made here can't be used", { cause: error });
  }
}
