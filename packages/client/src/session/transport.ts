import type { CandidateInit, DataChannel, NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";
import type { CloseReason } from "./client-state.ts";

/** What is known of the search for a path, to explain why it failed. It contains no address. */
export interface ConnectDiagnosis extends NoConnectionDiagnosis {
  /** Whether the connection ever left the state `new`. If not, there was no pair of candidates to try. */
  readonly tried: boolean;
  /** Whether a path was found. If so, it was lost again, or the protocols above it failed. */
  readonly connected: boolean;
}

export interface TransportEvents {
  /** A local candidate, to be sent to the host; null after the last one. */
  readonly onCandidate: (candidate: CandidateInit | null) => void;
  /** Nothing arrives, but the transport may recover. */
  readonly onDisconnected: () => void;
  /** The transport is over. */
  readonly onEnd: (end: CloseReason) => void;
}

/** A connection to a host, set up by an offer and an answer that others carry. It doesn't know the signalling, and the session doesn't know WebRTC. */
export interface Transport {
  /** Reliable and ordered. It opens when the connection is established. */
  readonly channel: DataChannel;
  /** Starts. Called once. Resolves to the offer. @throws {ClientError} `no-connection` */
  open(events: TransportEvents): Promise<string>;
  /** Whether {@link restart} can be used. */
  readonly canRestart: boolean;
  /** Makes an offer that restarts ICE. The path before is used until there is another. May be called again before the answer. @throws if it can't */
  restart(): Promise<string>;
  /** Takes the host's answer to the offer. @throws {ClientError} `no-connection` if it can't be used, or changes more than ICE after a restart */
  accept(answer: string): Promise<void>;
  /** Takes the payload of a host's `candidate`, before or after the answer. One that can't be used is skipped. */
  addCandidate(payload: string): void;
  /** The path that the bytes take; undefined if it is not known. */
  path(): Promise<SelectedPath | undefined>;
  readonly diagnosis: ConnectDiagnosis;
  /** Closes the connection. No event is reported after this. Idempotent. */
  close(): void;
}
