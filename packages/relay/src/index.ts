export type { Clock } from "./clock.ts";
export type { IceRequest } from "./core.ts";
export type { RequestContext } from "./http/http.ts";
export { DEFAULT_LIMITS, type RelayLimits } from "./limits.ts";
export { createMemoryStore, type MemoryStoreOptions } from "./store/memory-store.ts";
export { createRelay, type Relay } from "./relay.ts";
export { type ListenFailureReason, RelayError, type RelayErrorReason, type RefusalReason } from "./http/relay-error.ts";
export type { RelayOptions } from "./relay-options.ts";
export type {
  Claim,
  LogEvent,
  LogStore,
  LogTerms,
  NewEvent,
  PubSub,
  RecordStore,
  RelayStore,
  SlotStore,
  SlotRequest,
} from "./store/store.ts";
export { MAX_ICE_URLS, TURN_TTL_SECONDS, type TurnOptions } from "./shares/turn-servers.ts";
export { type RelayTls, type RunningRelay, serveRelay, type ServeRelayOptions } from "./node/serve.ts";
export { type RunningStun, serveStun, type ServeStunOptions, STUN_PORT } from "./stun/serve-stun.ts";
