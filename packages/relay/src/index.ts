export type { Clock } from "./clock.ts";
export type { IceRequest } from "./core.ts";
export type { RequestContext } from "./http.ts";
export { DEFAULT_LIMITS, type RelayLimits } from "./limits.ts";
export { createMemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { createRelay, type Relay } from "./relay.ts";
export { type ListenFailureReason, RelayError, type RelayErrorReason, type RefusalReason } from "./relay-error.ts";
export type { RelayOptions } from "./relay-options.ts";
export type { Claim, LogEvent, LogStore, LogTerms, NewEvent, NoteBoard, RecordStore, RelayStore, SlotStore, SlotTerms } from "./store.ts";
