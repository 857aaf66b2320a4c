import type { IceServer } from "@rangecast/signal";
import { type Clock, systemClock } from "./clock.ts";
import type { IceRequest, RelayCore } from "./core.ts";
import { DEFAULT_LIMITS, type RelayLimits } from "./limits.ts";
import { createMemoryStore } from "./store/memory-store.ts";
import type { RelayStore } from "./store/store.ts";
import { createTurnServers, MAX_ICE_URLS, type TurnOptions } from "./shares/turn-servers.ts";

export interface RelayOptions {
  /** Keys that open the base protocol's plain mode. Without one there is no plain mode. @default [] */
  readonly apiKeys?: readonly string[];
  /**
   * The origins under which daemons reach this relay, as registrations are signed for one. A public relay should name its own: without them it is what the
   * request's URL says, and that is the client's word. @default the request's
   */
  readonly origins?: readonly string[];
  /** STUN servers that both sides get to find each other, or a function that makes the list. At most three URLs, those of `turn` included. @default [] */
  readonly iceServers?: readonly IceServer[] | ((request: IceRequest) => readonly IceServer[] | Promise<readonly IceServer[]>);
  /** A TURN server for those who find no direct way; each peer gets a credential of its own, good for a while. @default none */
  readonly turn?: TurnOptions;
  /**
   * Whether **every** request comes through a proxy of ours that appends the client's address to `X-Forwarded-For` (the last entry is used, no other) and sets
   * `X-Forwarded-Proto`. Without such a proxy clients could name any address. @default false
   */
  readonly trustProxy?: boolean;
  /** Any of them. @default see each */
  readonly limits?: Partial<RelayLimits>;
  /** @default a memory store, closed with the relay */
  readonly store?: RelayStore;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Told of the relay's own failures: a store that does not answer, a fault of ours. Requests get 500 then. @default not told */
  readonly onTrouble?: (error: unknown) => void;
}

export interface ResolvedOptions {
  readonly core: RelayCore;
  readonly apiKeys: readonly string[];
  readonly origins: readonly string[] | undefined;
  readonly trustProxy: boolean;
  /** Whether the store is ours to close. */
  readonly ownStore: boolean;
}

export function resolveOptions(options: RelayOptions): ResolvedOptions {
  const clock = options.clock ?? systemClock;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    core: {
      clock,
      limits,
      store: options.store ?? createMemoryStore({ clock, maxBytes: limits.storeBytes }),
      iceServers: iceServersOf(options, clock),
      onTrouble: options.onTrouble ?? (() => undefined),
    },
    apiKeys: options.apiKeys ?? [],
    origins: options.origins?.map((origin) => new URL(origin).origin),
    trustProxy: options.trustProxy ?? false,
    ownStore: options.store === undefined,
  };
}

/** @throws {RangeError} for more URLs than a peer is given */
function iceServersOf({ iceServers = [], turn }: RelayOptions, clock: Clock): RelayCore["iceServers"] {
  const turnServers = turn === undefined ? async () => [] : createTurnServers(turn, clock);
  if (typeof iceServers === "function") return async (request) => [...(await iceServers(request)), ...(await turnServers())];
  const urls = [...iceServers.flatMap((server) => server.urls), ...(turn?.urls ?? [])];
  if (urls.length > MAX_ICE_URLS) throw new RangeError(`${urls.length} URLs of STUN and TURN servers are more than ${MAX_ICE_URLS}`);
  return async () => [...iceServers, ...(await turnServers())];
}
