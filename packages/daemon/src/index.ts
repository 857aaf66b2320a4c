export { createDaemon, type Daemon, type DaemonOptions } from "./shares/daemon.ts";
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
export type { DaemonEvent } from "./shares/daemon-event.ts";
export type { DaemonLimits } from "./shares/daemon-limits.ts";
export { createEphemeralStore, type IdentityStore, openIdentityStore, type ShareKeys } from "./identity/identity-store.ts";
export { whileLocked, writePrivateFile } from "./identity/private-file.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { runStream, type StreamEvent, type StreamOptions } from "./session/run-stream.ts";
export type { SessionEnd, SessionEndReason } from "./session/session-end.ts";
export type { ShareInfo } from "./shares/share.ts";
export { systemErrorWords } from "./system-error.ts";
