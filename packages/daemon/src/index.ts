export { createDaemon, type Daemon, type DaemonOptions } from "./daemon.ts";
export {
  DaemonError,
  type DaemonErrorReason,
  SessionError,
  type SessionErrorReason,
  StateError,
  type StateErrorReason,
  StreamError,
  type StreamErrorReason,
} from "./daemon-error.ts";
export type { DaemonEvent } from "./daemon-event.ts";
export type { DaemonLimits } from "./daemon-limits.ts";
export { createEphemeralStore, type IdentityStore, openIdentityStore, type ShareKeys } from "./identity-store.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { fixedBound, type QueueBound } from "./queue-bound.ts";
export { runStream, type StreamEvent, type StreamOptions } from "./run-stream.ts";
export type { SessionEnd, SessionEndReason } from "./session-end.ts";
export type { ShareInfo } from "./share.ts";
export { systemErrorWords } from "./system-error.ts";
