import type { PeerConnectionFactory } from "@rangecast/rtc";
import type { SignalError } from "@rangecast/signal";
import type { ClientState } from "./client-state.ts";

export interface ConnectOptions {
  /** `(config) => new RTCPeerConnection(config)` in a page; `createPeerConnection` of rtc-node in Node. */
  readonly createPeerConnection: PeerConnectionFactory;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Gives up connecting. An open file is closed with its close(). */
  readonly signal?: AbortSignal;
  /** Told of the first state and of each change. */
  readonly onState?: (state: ClientState) => void;
  /** Told of each failure at the relay that is tried again. */
  readonly onTrouble?: (error: SignalError) => void;
}
