import { createCertificate } from "@rangecast/dtls";
import {
  type CandidateInit,
  type ConnectionState,
  type DataChannel,
  type DataChannelDescription,
  type Handler,
  parseDescription,
  type PeerConnection,
  RtcError,
  type SessionDescription,
  type StatsReport,
  withAgreedSnap,
  writeDescription,
} from "@rangecast/rtc";
import type { DataChannel as SctpChannel } from "@rangecast/sctp";

import { guarded, type OnFault, rethrowLater } from "../connection/guarded.ts";
import { keepAlive, letGo } from "../connection/keep-alive.ts";
import { DEFAULT_MAX_MESSAGE_BYTES, MAX_CHANNELS, MAX_MESSAGE_BYTES, MAX_REMOTE_CANDIDATES } from "../connection/limits.ts";
import { type Negotiation, requireAlive, requireIceRestart, requireNegotiation } from "../connection/negotiation.ts";
import type { NodePeerConnectionConfig } from "../connection/node-config.ts";
import { type LocalCandidate, LocalCandidates } from "../ice/local-candidates.ts";
import { createIceAgent } from "../ice-agent/create-ice-agent.ts";
import type { IceAgent, IceState } from "../ice-agent/ice-agent.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import { dtlsRole, localDescription, newSessionId } from "./local-description.ts";
import { OwnDataChannel } from "./own-data-channel.ts";
import { ownStatistics } from "./own-statistics.ts";
import { canUseInit, PacketPath } from "./packet-path.ts";

/** RTCPeerConnection on our own transport: ICE of a library, DTLS and SCTP of this project. See `createPeerConnection`. */
export class OwnPeerConnection implements PeerConnection {
  readonly canRestartIce = true;
  onicecandidate: Handler<{ readonly candidate: LocalCandidate | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  readonly #agent: IceAgent;
  readonly #onFault: OnFault;
  readonly #channels = new Set<OwnDataChannel>();
  /** Of this generation of ICE. */
  #candidates = this.#createCandidates();
  #lines: string[] = [];
  #state: ConnectionState = "new";
  #iceState: IceState = "new";
  #secured = false;
  #negotiation: Negotiation = "new";
  #type: SessionDescription["type"] = "offer";
  readonly #sessionId = newSessionId();
  /** One for each connection (RFC 8844, 3.1): viewers can't recognise a host by it, and one connection's handshake can't be passed off as another's. */
  readonly #certificate = createCertificate();
  #localIsSet = false;
  #remote: DataChannelDescription | undefined;
  #remoteCandidates = 0;
  readonly #path: PacketPath;
  #endReason: string | undefined;
  /** ICE has selected a pair since it began to check. */
  #pairIsNew = false;

  /** @throws {RtcNodeError} `bad-ice-server` */
  constructor(config: NodePeerConnectionConfig) {
    this.#onFault = config.onFault ?? rethrowLater;
    const { iceServers, iceTransportPolicy, bindAddress, udpPort } = config;
    this.#agent = createIceAgent({
      ...(iceServers === undefined ? {} : { iceServers }),
      ...(iceTransportPolicy === undefined ? {} : { iceTransportPolicy }),
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(udpPort === undefined ? {} : { udpPort }),
      onCandidate: (line) => this.#gathered(line),
      onState: (state) => this.#iceChanged(state),
      onSelectedPair: () => (this.#pairIsNew = true),
      onPacket: (packet) => this.#path.receive(packet),
    });
    this.#path = this.#createPath();
    keepAlive(this);
  }

  get connectionState(): ConnectionState {
    return this.#state;
  }

  /** Set before the state is `closed` and before the channels are, unless `close` was called here. */
  get endReason(): string | undefined {
    return this.#endReason;
  }

  get localDescription(): SessionDescription | null {
    return this.#localIsSet ? this.#describe(this.#lines) : null;
  }

  /** @throws {RtcNodeError} `closed` */
  createDataChannel(label: string, options: { ordered?: boolean } = {}): DataChannel {
    requireAlive(this.#state);
    if (this.#negotiation === "new") this.#negotiation = "offering";
    const channel = this.#adopt(label);
    channel.bind(this.#path.channels.create(label, { ordered: options.ordered !== false }));
    this.#path.wake();
    return channel;
  }

  /**
   * Makes the first offer; or, with `iceRestart`, another one later, which may be repeated until it is answered. DTLS and SCTP live on, and the path before is
   * used until there is a new one. `localDescription` is null from then on until it is set. Only the side that made the first offer can do this.
   */
  async createOffer({ iceRestart = false }: { iceRestart?: boolean } = {}): Promise<SessionDescription> {
    requireAlive(this.#state);
    if (iceRestart && this.#remote !== undefined) {
      if (this.#type === "answer") throw new RtcNodeError("wrong-state", "the side that made the first offer restarts ICE");
      this.#restartIce();
      this.#negotiation = "offering";
    }
    requireNegotiation(this.#negotiation, "offering", "an offer needs a channel, and comes first");
    return this.#describe([]);
  }

  async createAnswer(): Promise<SessionDescription> {
    requireAlive(this.#state);
    requireNegotiation(this.#negotiation, "answering", "an answer needs an offer");
    return this.#describe([]);
  }

  /**
   * Only the result of `createOffer` or `createAnswer` can be set. The local description has this machine's candidates then.
   * @throws {RtcNodeError} `wrong-state`; `no-socket` if no UDP port is available as configured: the connection is closed then
   */
  async setLocalDescription(description?: SessionDescription): Promise<void> {
    requireAlive(this.#state);
    if (this.#negotiation === "new" || (description !== undefined && description.type !== this.#type)) {
      throw new RtcNodeError("wrong-state", `no ${description?.type ?? "description"} can be set while ${this.#negotiation}`);
    }
    if (!this.#localIsSet) this.#agent.gather();
    this.#localIsSet = true;
    if (this.#negotiation === "answering") {
      this.#negotiation = "stable";
      this.#agent.start("controlled");
    }
    await this.#portsOpen();
    this.#candidates.release();
  }

  /**
   * The first description, or a later one that restarts ICE.
   * @throws {RtcError} for a description that is refused; another one may be tried
   * @throws {RtcNodeError} `not-a-restart` for a later description that changes more than ICE; everything stays as it is
   */
  async setRemoteDescription(description: SessionDescription): Promise<void> {
    requireAlive(this.#state);
    const { type } = description;
    const isLaterOffer = type === "offer" && this.#type === "answer";
    if (!isLaterOffer) requireNegotiation(this.#negotiation, type === "offer" ? "new" : "offering", `no ${type} can be set`);
    const remote = this.#readRemote(description);
    const before = this.#remote;
    if (before !== undefined) {
      requireIceRestart(type, before, remote);
      if (type === "offer") this.#restartIce();
    }
    this.#remote = remote;
    if (type === "offer") this.#type = "answer";
    this.#agent.setRemote({ ufrag: remote.iceUfrag, pwd: remote.icePwd });
    if (before === undefined) this.#setPathRemote(remote, dtlsRole(type, remote));
    this.#negotiation = type === "offer" ? "answering" : "stable";
    for (const line of remote.candidates) this.#tryCandidate(line);
    if (type === "answer") this.#agent.start("controlling");
  }

  /** @throws {RtcNodeError} `bad-candidate`, `useless-candidate`, `too-many-candidates`, `wrong-state` before the remote description */
  async addIceCandidate({ candidate, usernameFragment }: CandidateInit): Promise<void> {
    requireAlive(this.#state);
    // The end of candidates: the agent doesn't need it.
    if (candidate === undefined || candidate === "") return;
    if (this.#remote === undefined) throw new RtcNodeError("wrong-state", "a candidate needs the remote description first");
    // One of a generation that is over (RFC 8838, 14).
    if (usernameFragment && usernameFragment !== this.#remote.iceUfrag) {
      throw new RtcNodeError("useless-candidate", "the candidate is of another generation");
    }
    if (++this.#remoteCandidates > MAX_REMOTE_CANDIDATES) {
      throw new RtcNodeError("too-many-candidates", `over ${MAX_REMOTE_CANDIDATES} candidates`);
    }
    this.#agent.addRemoteCandidate(candidate);
  }

  async getStats(): Promise<StatsReport> {
    return this.#state === "closed" ? new Map() : ownStatistics(this.#agent.selectedPair, this.#path);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#candidates.stop();
    this.#path.close();
    for (const channel of this.#channels) channel.abandon();
    this.#agent.close();
    letGo(this);
  }

  #createCandidates(): LocalCandidates {
    return new LocalCandidates((candidate) => this.#fire(() => this.onicecandidate?.({ candidate })));
  }

  /** Begins a generation of ICE. DTLS and SCTP stay, and so does the path until there is another. */
  #restartIce(): void {
    this.#agent.restart();
    this.#candidates.stop();
    this.#candidates = this.#createCandidates();
    this.#lines = [];
    this.#localIsSet = false;
    this.#remoteCandidates = 0;
  }

  #setPathRemote(remote: DataChannelDescription, role: "client" | "server"): void {
    const { fingerprint, sctpPort, maxMessageSize: maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, sctpInit } = remote;
    this.#path.setRemote({ fingerprint, sctpPort, maxMessageBytes, sctpInit }, role);
  }

  #createPath(): PacketPath {
    return new PacketPath({
      agent: this.#agent,
      certificate: this.#certificate,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      maxPeerChannels: MAX_CHANNELS,
      onOpen: () => {
        this.#secured = true;
        this.#update();
      },
      onChannel: (channel) => this.#announced(channel),
      onEnd: (reason) => this.#endedByRemote(reason),
    });
  }

  /** With an INIT chunk only if SNAP is used. @throws {RtcError} */
  #readRemote(description: SessionDescription): DataChannelDescription {
    const parsed = parseDescription(description);
    const remote = description.type === "offer" ? parsed : withAgreedSnap(parsed, this.#path);
    if (remote.sctpInit === undefined || canUseInit(remote.sctpInit)) return remote;
    if (description.type === "answer") throw new RtcError("bad-description", "the answer's sctp-init can't be used");
    return { ...remote, sctpInit: undefined };
  }

  async #portsOpen(): Promise<void> {
    try {
      await this.#agent.portsOpen;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #describe(candidates: readonly string[]): SessionDescription {
    const type = this.#type;
    const offer = type === "answer" ? this.#remote : undefined;
    const { fingerprint } = this.#certificate;
    const parts = { agent: this.#agent, offer, sessionId: this.#sessionId, fingerprint, sctpInit: this.#path.sctpInit, candidates };
    return { type, sdp: writeDescription(localDescription(parts)) };
  }

  #gathered(line: string | null): void {
    const mid = this.#remote?.mid ?? "0";
    if (line === null) return this.#candidates.complete("", mid);
    this.#lines.push(line);
    this.#candidates.add(line, mid);
  }

  #iceChanged(state: IceState): void {
    if (this.#state === "closed") return;
    const before = this.#iceState;
    this.#iceState = state;
    if (state === "checking") this.#pairIsNew = false;
    if (state === "connected") this.#path.connected();
    if (state === "connected" && before === "checking" && this.#pairIsNew && this.#secured) this.#path.moved();
    this.#update();
  }

  /** The connection's state follows from those of ICE and DTLS (webrtc-pc, 4.3.3). */
  #update(): void {
    if (this.#state === "closed") return;
    const state = this.#currentState();
    if (state === this.#state) return;
    this.#state = state;
    this.#fire(() => this.onconnectionstatechange?.(undefined));
  }

  #currentState(): ConnectionState {
    switch (this.#iceState) {
      case "new":
        return this.#secured ? "disconnected" : "new";
      case "failed":
        return "failed";
      case "closed":
        return "closed";
      case "disconnected":
        return this.#secured ? "disconnected" : "connecting";
      case "checking":
        if (!this.#secured) return "connecting";
        // After a restart: the path before is in use.
        return this.#state === "connected" && this.#agent.selectedPair !== undefined ? "connected" : "disconnected";
      case "connected":
        return this.#secured ? "connected" : "connecting";
    }
  }

  /** The remote closed the connection, or broke a rule. */
  #endedByRemote(reason: string): void {
    if (this.#state === "closed") return;
    this.#endReason = reason;
    // Not from within the transport, which still processes a packet.
    setImmediate(() => {
      if (this.#state === "closed") return;
      this.close();
      this.#fire(() => this.onconnectionstatechange?.(undefined));
    });
  }

  #announced(sctp: SctpChannel): void {
    const channel = this.#adopt(sctp.label);
    channel.bind(sctp);
    this.#fire(() => this.ondatachannel?.({ channel }));
    // As in a browser, `open` follows after the handlers are set.
    queueMicrotask(() => channel.opened());
  }

  #adopt(label: string): OwnDataChannel {
    const channel = new OwnDataChannel(label, {
      onFault: this.#onFault,
      wake: () => this.#path.wake(),
      supplyBytes: () => this.#path.channels.association.supplyBytes,
      onGone: (gone) => this.#channels.delete(gone),
    });
    this.#channels.add(channel);
    return channel;
  }

  /** Ignores a refusal: the remote may still be found as peer-reflexive. */
  #tryCandidate(line: string): void {
    try {
      this.#agent.addRemoteCandidate(line);
    } catch {
      // The agent can't use it.
    }
  }

  #fire(handle: () => void): void {
    guarded(this.#onFault, handle)();
  }
}
