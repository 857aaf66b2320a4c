/*
 * The messages for one peer connection. Browsers have RTCPeerConnection only in pages, but its data channels can be transferred to a worker. The page holds
 * the connection (page/engine-link/peer-host.ts), and the engine's worker a proxy for it (engine/peer/peer-proxy.ts). The port closes with the connection.
 *
 *   proxy ── create-channel ─▶ host ── channel ──▶ proxy       the channel is transferred before it can open
 *   proxy ── call ───────────▶ host ── answered | failed ──▶ proxy
 *                              host ── candidate, state, datachannel ──▶ proxy
 *   proxy ── close ──────────▶ host                            the last message
 */
import type { CandidateInit, ConnectionState, DataChannel, SessionDescription } from "@rangecast/rtc";
import type { PlainError } from "./plain-error.ts";
import type { TypedPort } from "../ports/typed-port.ts";

/** The methods of the connection that the proxy calls: arguments and result. */
export interface PeerCalls {
  createOffer: { readonly args: [options?: { iceRestart?: boolean }]; readonly result: SessionDescription };
  createAnswer: { readonly args: []; readonly result: SessionDescription };
  setLocalDescription: { readonly args: [description?: SessionDescription]; readonly result: null };
  setRemoteDescription: { readonly args: [description: SessionDescription]; readonly result: null };
  addIceCandidate: { readonly args: [candidate: CandidateInit]; readonly result: null };
  /** The report's entries, because an RTCStatsReport can't be cloned. */
  getStats: { readonly args: []; readonly result: readonly Record<string, unknown>[] };
}

/** A method with its own arguments. */
export type PeerCall = {
  [Method in keyof PeerCalls]: { readonly method: Method; readonly args: PeerCalls[Method]["args"] };
}[keyof PeerCalls];

export interface ProxyToHost {
  "create-channel": { readonly id: number; readonly label: string; readonly options?: { readonly ordered?: boolean } };
  call: { readonly id: number; readonly call: PeerCall };
  close: object;
}

/** Nearly every message carries the connection's current properties, which the proxy must return synchronously. */
export interface HostToProxy {
  channel: { readonly id: number; readonly channel: DataChannel };
  answered: { readonly id: number; readonly result: unknown } & PeerSnapshot;
  failed: { readonly id: number; readonly error: PlainError } & PeerSnapshot;
  candidate: { readonly candidate: CandidateInit | null } & PeerSnapshot;
  state: PeerSnapshot;
  /** The other peer created a channel. */
  datachannel: { readonly channel: DataChannel };
}

/** The properties of a connection at the time of a message. */
export interface PeerSnapshot {
  readonly connectionState: ConnectionState;
  readonly localDescription: SessionDescription | null;
}

export type ProxyPort = TypedPort<ProxyToHost, HostToProxy>;
export type HostPort = TypedPort<HostToProxy, ProxyToHost>;
