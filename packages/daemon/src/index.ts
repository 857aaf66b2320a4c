export { createDaemon, type Daemon } from "./shares/daemon.ts";
export type { DaemonOptions, ShareRequest } from "./shares/daemon-options.ts";
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
export type { FolderTree } from "./folder/folder-tree.ts";
export type { FolderOptions } from "./folder/folder-rules.ts";
export { PathPatterns } from "./folder/path-patterns.ts";
export { openFile } from "./resources/local-file.ts";
export type { FileChange } from "./resources/file-version.ts";
export { type ReadOutcome, type Resource, ResourceError, type ResourceErrorReason, type ResourceTree } from "./resources/resource.ts";
export type { DaemonEvent } from "./shares/daemon-event.ts";
export type { DaemonLimits } from "./shares/daemon-limits.ts";
export { createEphemeralStore, type IdentityStore, openIdentityStore } from "./identity/identity-store.ts";
export type { EndedLink } from "./identity/ended-links.ts";
export type { ShareKeys } from "./identity/share-keys.ts";
export type { ShareRecord, StoredRequest } from "./identity/share-record.ts";
export type { HeldLink, HoldRequest, ShareRecords } from "./identity/share-records.ts";
export { readPrivateFile, whileLocked, writePrivateFile } from "./identity/private-file.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { runStream, type StreamContent, type StreamEvent, type StreamOptions, type StreamSettings } from "./session/run-stream.ts";
export type { SessionEnd, SessionEndReason } from "./session/session-end.ts";
export type { ShareInfo } from "./shares/share.ts";
export { openFolderTree, type SharedContent } from "./shares/share-content.ts";
export type { LinkEnd, ShareTerms, TermsChange } from "./terms/share-terms.ts";
export { systemErrorWords } from "./system-error.ts";
export { descriptor, descriptorBytes, localHeader, localHeaderBytes } from "./zip/layout/records.ts";
export { type CrcStore, openCrcStore } from "./zip/crcs/crc-store.ts";
