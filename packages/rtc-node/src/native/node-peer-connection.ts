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
  writeDescription,
} from "@rangecast/rtc";
import type { DataChannel as NativeDataChannel, PeerConnection as NativePeerConnection } from "node-datachannel";

import { NodeDataChannel } from "./data-channel.ts";
import { guarded, type OnFault, rethrowLater } from "../connection/guarded.ts";
import { keepAlive, letGo, openConnections } from "../connection/keep-alive.ts";
import { type LocalCandidate, LocalCandidates } from "../ice/local-candidates.ts";
import { offersTurnByTcp } from "./native-ice-servers.ts";
import { MAX_CHANNELS, MAX_REMOTE_CANDIDATES } from "../connection/limits.ts";
import { type Negotiation, refuseIceRestart, requireAlive, requireNegotiation } from "../connection/negotiation.ts";
import type { NodePeerConnectionConfig } from "../connection/node-config.ts";
import { nativeLibrary } from "./library.ts";
import { nativeConfig } from "./native-config.ts";
import { RelayDetours } from "./relay-detour.ts";
import { remoteCandidate } from "../ice/remote-candidate.ts";
import { readRemoteDescription, type RemoteDescription } from "./remote-description.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import { statistics } from "./statistics.ts";
import { Stragglers } from "./stragglers.ts";

const stragglers = new Stragglers(() => nativeLibrary().cleanup(), openConnections);

/** The library's offer or answer, parsed. */
type LocalDescription = DataChannelDescription & Pick<SessionDescription, "type">;

/** See `createPeerConnection`. */
export class NodePeerConnection implements PeerConnection {
  readonly canRestartIce = false;
  onicecandidate: Handler<{ readonly candidate: LocalCandidate | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  readonly #native: NativePeerConnection;
  readonly #onFault: OnFault;
  readonly #channels = new Set<NodeDataChannel>();
  readonly #candidates = new LocalCandidates((candidate) => this.#fire(() => this.onicecandidate?.({ candidate })));
  #state: ConnectionState = "new";
  #negotiation: Negotiation = "new";
  #local: LocalDescription | null = null;
  #localIsSet = false;
  #remote: RemoteDescription | undefined;
  #remoteCandidates = 0;
  readonly #detours: RelayDetours | undefined;

  /** @throws {RtcNodeError} `native-missing`, `bad-ice-server`, `relay-only-unsupported` */
  constructor(config: NodePeerConnectionConfig) {
    this.#onFault = config.onFault ?? rethrowLater;
    this.#native = new (nativeLibrary().PeerConnection)("rangecast", nativeConfig(config));
    if (offersTurnByTcp(config.iceServers)) this.#detours = this.#createDetours();
    keepAlive(this);
    // All handlers are set before any event. Without a state handler the library would keep the process alive.
    this.#native.onStateChange(guarded(this.#onFault, (state) => this.#stateChanged(state as ConnectionState)));
    this.#native.onLocalCandidate(guarded(this.#onFault, (candidate, mid) => this.#candidates.add(candidate, mid)));
    this.#native.onGatheringStateChange(guarded(this.#onFault, (state) => state === "complete" && this.#gathered()));
    this.#native.onDataChannel(guarded(this.#onFault, (channel) => this.#announced(channel)));
  }

  get connectionState(): ConnectionState {
    return this.#state;
  }

  get localDescription(): SessionDescription | null {
    if (!this.#localIsSet) return null;
    const local = this.#readLocalDescription();
    return this.#remote === undefined ? withoutCandidates(local) : written(local);
  }

  /** @throws {RtcNodeError} `closed`; `no-socket` if no UDP port is available as configured */
  createDataChannel(label: string, options: { ordered?: boolean } = {}): DataChannel {
    requireAlive(this.#state);
    // The library makes its offer and starts gathering with the first channel. Its setLocalDescription would abort the process where this throws.
    const native = this.#createNativeChannel(label, options.ordered === false);
    if (this.#negotiation === "new") this.#negotiation = "offering";
    return this.#adopt(native);
  }

  async createOffer(options: { iceRestart?: boolean } = {}): Promise<SessionDescription> {
    requireAlive(this.#state);
    refuseIceRestart(options);
    requireNegotiation(this.#negotiation, "offering", "an offer needs a channel, and comes first");
    return withoutCandidates(this.#readLocalDescription());
  }

  async createAnswer(): Promise<SessionDescription> {
    requireAlive(this.#state);
    requireNegotiation(this.#negotiation, "answering", "an answer needs an offer");
    return withoutCandidates(this.#readLocalDescription());
  }

  /** The library has already set the result of `createOffer` or `createAnswer`; nothing else can be set. */
  async setLocalDescription(description?: SessionDescription): Promise<void> {
    requireAlive(this.#state);
    const type = this.#negotiation === "answering" ? "answer" : "offer";
    if (this.#negotiation === "new" || (description !== undefined && description.type !== type)) {
      throw new RtcNodeError("wrong-state", `no ${description?.type ?? "description"} can be set while ${this.#negotiation}`);
    }
    this.#readLocalDescription();
    this.#localIsSet = true;
    if (this.#negotiation === "answering") this.#negotiation = "stable";
    this.#releaseCandidates();
  }

  /** @throws {RtcError} for a description that is refused; another one may be tried */
  async setRemoteDescription(description: SessionDescription): Promise<void> {
    requireAlive(this.#state);
    const { type } = description;
    requireNegotiation(this.#negotiation, type === "offer" ? "new" : "offering", `no ${type} can be set`);
    const remote = readRemoteDescription(description);
    try {
      this.#native.setRemoteDescription(remote.sdp, type);
    } catch (error) {
      // If it failed half-way (no socket for the answer), another description would not help.
      if (this.#native.localDescription() !== null && type === "offer") this.close();
      throw new RtcError("bad-description", `the ${type} can't be used: ${String(error)}`);
    }
    this.#remote = remote;
    this.#negotiation = type === "offer" ? "answering" : "stable";
    for (const candidate of remote.candidates) this.#tryCandidate(candidate);
    this.#releaseCandidates();
  }

  /** @throws {RtcNodeError} `bad-candidate`, `useless-candidate`, `too-many-candidates`, `wrong-state` before the remote description */
  async addIceCandidate({ candidate }: CandidateInit): Promise<void> {
    requireAlive(this.#state);
    // The end of candidates: the library doesn't need it.
    if (candidate === undefined || candidate === "") return;
    if (this.#remote === undefined) throw new RtcNodeError("wrong-state", "a candidate needs the remote description first");
    const usable = remoteCandidate(candidate);
    if (++this.#remoteCandidates > MAX_REMOTE_CANDIDATES) {
      throw new RtcNodeError("too-many-candidates", `over ${MAX_REMOTE_CANDIDATES} candidates`);
    }
    try {
      this.#addCandidate(usable);
    } catch (error) {
      throw new RtcNodeError("useless-candidate", "the stack does not accept the candidate", { cause: error });
    }
  }

  async getStats(): Promise<StatsReport> {
    return this.#state === "closed" ? new Map() : statistics(this.#native);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#candidates.stop();
    this.#detours?.close();
    letGo(this);
    for (const channel of this.#channels) channel.abandon();
    this.#fire(() => this.#native.close());
  }

  #stateChanged(state: ConnectionState): void {
    // After our close() the library's events are only clean-up.
    if (this.#state === "closed" || this.#state === state) return;
    if (state === "closed") this.close();
    else this.#state = state;
    this.onconnectionstatechange?.(undefined);
  }

  #gathered(): void {
    if (this.#state === "closed") return;
    const sdp = this.#native.localDescription()?.sdp ?? "";
    this.#candidates.complete(sdp, /^a=mid:(\S+)/mu.exec(sdp)?.[1] ?? "0");
  }

  #announced(native: NativeDataChannel): void {
    const channel = this.#adopt(native);
    if (this.#state === "closed") return channel.abandon();
    if (this.#channels.size > MAX_CHANNELS) {
      this.close();
      this.onconnectionstatechange?.(undefined);
      return undefined;
    }
    this.#fire(() => this.ondatachannel?.({ channel }));
    // As in a browser, `open` follows after the handlers are set.
    if (native.isOpen()) queueMicrotask(() => channel.opened());
    return undefined;
  }

  #adopt(native: NativeDataChannel): NodeDataChannel {
    const channel = new NodeDataChannel(native, {
      onFault: this.#onFault,
      remoteMaxMessageSize: () => this.#remote?.maxMessageSize ?? 0,
      onGone: (gone) => this.#channels.delete(gone),
      stragglers,
    });
    this.#channels.add(channel);
    return channel;
  }

  #addCandidate(candidate: string): void {
    this.#native.addRemoteCandidate(candidate, this.#remote?.mid ?? "0");
    this.#detours?.add(candidate);
  }

  #createDetours(): RelayDetours {
    return new RelayDetours({
      addCandidate: (candidate) => this.#tryCandidate(candidate),
      password: () => this.#local?.icePwd,
    });
  }

  /** Ignores a refusal: the remote may still be found as peer-reflexive. */
  #tryCandidate(candidate: string): void {
    try {
      this.#addCandidate(candidate);
    } catch {
      // The stack can't use it.
    }
  }

  /**
   * Raises the candidates; an offerer's not before it has the answer. The library starts ICE before it has stored the answer's fingerprint. If the remote's
   * checks have arrived by then and the path is short, DTLS completes in between and fails without the fingerprint. A remote that doesn't know our address
   * yet can't be that early. It can't start DTLS before our ICE is ready either, which would cost its first flight and a second (RFC 6347, 4.2.4.1).
   */
  #releaseCandidates(): void {
    if (this.#localIsSet && this.#remote !== undefined) this.#candidates.release();
  }

  /** Parses the library's description, so that it can be written again without lines that the library copied from the remote's (S-6). */
  #readLocalDescription(): LocalDescription {
    const native = this.#state === "closed" ? null : this.#native.localDescription();
    if (native !== null) {
      const type = native.type === "answer" ? "answer" : "offer";
      // The library doesn't know SNAP.
      this.#local = { type, ...parseDescription({ type, sdp: native.sdp }), sctpInit: undefined };
    }
    if (this.#local === null) throw new RtcNodeError("wrong-state", "there is no local description yet");
    return this.#local;
  }

  #createNativeChannel(label: string, unordered: boolean): NativeDataChannel {
    try {
      return this.#native.createDataChannel(label, { unordered });
    } catch (error) {
      this.close();
      throw new RtcNodeError("no-socket", "no UDP port is available as configured", { cause: error });
    }
  }

  #fire(handle: () => void): void {
    guarded(this.#onFault, handle)();
  }
}

function withoutCandidates(local: LocalDescription): SessionDescription {
  return written({ ...local, candidates: [] });
}

function written(local: LocalDescription): SessionDescription {
  return { type: local.type, sdp: writeDescription(local) };
}
