export { SessionError, type SessionErrorReason, StreamError, type StreamErrorReason } from "./daemon-error.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { fixedBound, type QueueBound } from "./queue-bound.ts";
export { runStream, type StreamEvent, type StreamOptions } from "./run-stream.ts";
export type { SessionEnd, SessionEndReason } from "./session-end.ts";
