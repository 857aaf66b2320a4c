/*
 * One peer connection over a port: browsers have RTCPeerConnection in pages only, but let its channels go to a worker. The page hosts the
 * connection, the engine's worker holds a proxy of it; the port lives exactly as long as both.
 *
 *   proxy ── create-channel ─▶ host ── channel ──▶ proxy       the channel itself changes hands, before it can be open
 *   proxy ── call ───────────▶ host ── answered | failed ──▶ proxy
 *                              host ── candidate, state, datachannel ──▶ proxy
 *   proxy ── close ──────────▶ host                            the last word
 */
import type { CandidateInit, ConnectionState, DataChannel, SessionDescription } from "@rangecast/rtc";
import type { PlainError } from "./plain-error.ts";
import type { TypedPort } from "./typed-port.ts";

/** What can be asked of the connection: arguments and answer. */
export interface PeerCalls {
  createOffer: { readonly args: [options?: { iceRestart?: boolean }]; readonly result: SessionDescription };
  createAnswer: { readonly args: []; readonly result: SessionDescription };
  setLocalDescription: { readonly args: [description?: SessionDescription]; readonly result: null };
  setRemoteDescription: { readonly args: [description: SessionDescription]; readonly result: null };
  addIceCandidate: { readonly args: [candidate: CandidateInit]; readonly result: null };
  /** The report's entries: an RTCStatsReport can't be copied. */
  getStats: { readonly args: []; readonly result: readonly Record<string, unknown>[] };
}

/** Each call with its own arguments. */
export type PeerCall = {
  [Method in keyof PeerCalls]: { readonly method: Method; readonly args: PeerCalls[Method]["args"] };
}[keyof PeerCalls];

export interface ProxyToHost {
  "create-channel": { readonly id: number; readonly label: string; readonly options?: { readonly ordered?: boolean } };
  call: { readonly id: number; readonly call: PeerCall };
  close: object;
}

/** Whatever it says, the host says how the connection then stands, too: a proxy is asked without a wait. */
export interface HostToProxy {
  channel: { readonly id: number; readonly channel: DataChannel };
  answered: { readonly id: number; readonly result: unknown } & PeerSnapshot;
  failed: { readonly id: number; readonly error: PlainError } & PeerSnapshot;
  candidate: { readonly candidate: CandidateInit | null } & PeerSnapshot;
  state: PeerSnapshot;
  /** The other side made a channel. */
  datachannel: { readonly channel: DataChannel };
}

export interface PeerSnapshot {
  readonly connectionState: ConnectionState;
  readonly localDescription: SessionDescription | null;
}

export type ProxyPort = TypedPort<ProxyToHost, HostToProxy>;
export type HostPort = TypedPort<HostToProxy, ProxyToHost>;
