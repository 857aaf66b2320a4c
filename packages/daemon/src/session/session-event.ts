import type { CandidateInit, DataChannel } from "@rangecast/rtc";
import type { GoodbyeReason } from "@rangecast/wire";
import type { SessionError } from "../daemon-error.ts";

/** What happens to a session: from signalling, the peer connection, the channel, the clock and our own side. */
export type SessionEvent =
  | { readonly type: "offer"; readonly payload: string }
  | { readonly type: "candidate"; readonly candidate: CandidateInit }
  | { readonly type: "bye"; readonly reason: string }
  | { readonly type: "relay-lost"; readonly error: Error }
  /** The answer is made: its payload as it is posted, and its SDP. */
  | { readonly type: "answer-made"; readonly payload: string; readonly sdp: string }
  | { readonly type: "answer-failed"; readonly error: SessionError }
  | { readonly type: "local-candidate"; readonly candidate: CandidateInit }
  /** This side has no more candidates. */
  | { readonly type: "gathered" }
  | { readonly type: "connection-disconnected" }
  | { readonly type: "connection-failed" }
  | { readonly type: "connection-closed" }
  | { readonly type: "channel-open"; readonly channel: DataChannel }
  | { readonly type: "channel-closed" }
  /** The channel refused a frame although it is open. */
  | { readonly type: "channel-failed"; readonly error: unknown }
  | { readonly type: "deadline" }
  | { readonly type: "stop"; readonly reason: GoodbyeReason; readonly message: string };

export type SessionEventType = SessionEvent["type"];
