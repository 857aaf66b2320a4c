import type { CandidateInit, ConnectionState, DataChannel, Handler, PeerConnection, SessionDescription, StatsReport } from "@rangecast/rtc";
import type { HostToProxy, PeerCall, PeerCalls, ProxyPort, PeerSnapshot } from "../../shared/messages/peer-messages.ts";
import { errorOf } from "../../shared/messages/plain-error.ts";
import type { Message } from "../../shared/messages/worker-messages.ts";
import { PendingDataChannel } from "./pending-data-channel.ts";

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A peer connection that runs on the page (page/engine-link/peer-host.ts). Unlike a browser's own, closing it rejects the calls in progress. */
export class PeerProxy implements PeerConnection {
  onicecandidate: Handler<{ readonly candidate: { toJSON(): CandidateInit } | null }> = null;
  onconnectionstatechange: Handler<unknown> = null;
  ondatachannel: Handler<{ readonly channel: DataChannel }> = null;
  readonly #port: ProxyPort;
  readonly #pending = new Map<number, Pending>();
  /** Channels that the page is creating. */
  readonly #expected = new Map<number, PendingDataChannel>();
  #snapshot: PeerSnapshot = { connectionState: "new", localDescription: null };
  #closed = false;
  #lastId = 0;

  constructor(port: ProxyPort) {
    this.#port = port;
    port.listen((message) => this.#take(message));
  }

  get connectionState(): ConnectionState {
    return this.#snapshot.connectionState;
  }

  get localDescription(): SessionDescription | null {
    return this.#snapshot.localDescription;
  }

  createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    if (this.#closed) throw closedError();
    const id = ++this.#lastId;
    const channel = new PendingDataChannel(label);
    this.#expected.set(id, channel);
    this.#port.post({ type: "create-channel", id, label, ...(options === undefined ? {} : { options }) });
    return channel;
  }

  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#call({ method: "createOffer", args: options === undefined ? [] : [options] });
  }

  createAnswer(): Promise<SessionDescription> {
    return this.#call({ method: "createAnswer", args: [] });
  }

  async setLocalDescription(description?: SessionDescription): Promise<void> {
    await this.#call({ method: "setLocalDescription", args: description === undefined ? [] : [plain(description)] });
  }

  async setRemoteDescription(description: SessionDescription): Promise<void> {
    await this.#call({ method: "setRemoteDescription", args: [plain(description)] });
  }

  async addIceCandidate(candidate: CandidateInit): Promise<void> {
    await this.#call({ method: "addIceCandidate", args: [candidate] });
  }

  async getStats(): Promise<StatsReport> {
    return this.#call({ method: "getStats", args: [] });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#snapshot = { ...this.#snapshot, connectionState: "closed" };
    this.#port.post({ type: "close" });
    this.#port.close();
    for (const { reject } of this.#pending.values()) reject(closedError());
    this.#pending.clear();
    for (const channel of this.#expected.values()) channel.abandon();
    this.#expected.clear();
  }

  #call<Method extends keyof PeerCalls>(call: PeerCall & { readonly method: Method }): Promise<PeerCalls[Method]["result"]> {
    if (this.#closed) return Promise.reject(closedError());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#port.post({ type: "call", id, call });
    });
  }

  #take(message: Message<HostToProxy>): void {
    if (message.type === "datachannel") return this.#offer(message.channel);
    if (message.type === "channel") return this.#adopt(message.id, message.channel);
    const { connectionState, localDescription } = message;
    this.#snapshot = { connectionState, localDescription };
    if (message.type === "state") return this.onconnectionstatechange?.({});
    if (message.type === "candidate") return this.onicecandidate?.({ candidate: asCandidate(message.candidate) });
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === "answered") pending?.resolve(message.result);
    else pending?.reject(errorOf(message.error));
  }

  #adopt(id: number, channel: DataChannel): void {
    this.#expected.get(id)?.adopt(channel);
    this.#expected.delete(id);
  }

  /** Without a listener the channel is closed, so that the peer can't fill its buffer. */
  #offer(channel: DataChannel): void {
    if (this.ondatachannel) this.ondatachannel({ channel });
    else channel.close();
  }
}

/** The fields of a description that may be a browser's own object, which can't be posted. */
function plain({ type, sdp }: SessionDescription): SessionDescription {
  return { type, sdp };
}

function asCandidate(candidate: CandidateInit | null): { toJSON(): CandidateInit } | null {
  return candidate === null ? null : { toJSON: () => candidate };
}

function closedError(): Error {
  return Object.assign(new Error("the peer connection is closed"), { name: "InvalidStateError" });
}
