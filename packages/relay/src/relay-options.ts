import type { IceServer } from "@rangecast/signal";
import { type Clock, systemClock } from "./clock.ts";
import type { IceRequest, RelayCore } from "./core.ts";
import { DEFAULT_LIMITS, type RelayLimits } from "./limits.ts";
import { createMemoryStore } from "./store/memory-store.ts";
import type { RelayStore } from "./store/store.ts";
import { createTurnServers, MAX_ICE_URLS, type TurnOptions } from "./shares/turn-servers.ts";

export interface RelayOptions {
  /** Keys for the base protocol's plain mode, which is off without a key (L-7). @default [] */
  readonly apiKeys?: readonly string[];
  /**
   * The origins of this relay; registrations are signed for one of them (L-1). Set them on a public relay: the default is the origin of the request's URL, which
   * the client can forge. @default the request's origin
   */
  readonly origins?: readonly string[];
  /** STUN servers for both sides, or a function that returns them. At most three URLs, including those of `turn` (L-11). @default [] */
  readonly iceServers?: readonly IceServer[] | ((request: IceRequest) => readonly IceServer[] | Promise<readonly IceServer[]>);
  /** A TURN server for peers without a direct path; each peer gets its own temporary credential (L-11). @default none */
  readonly turn?: TurnOptions;
  /**
   * Whether **every** request comes through a proxy of yours that appends the client's address to `X-Forwarded-For` (only the last entry is used) and sets
   * `X-Forwarded-Proto`. Without such a proxy clients could forge their address. A function is asked at each request. @default false
   */
  readonly trustProxy?: boolean | (() => boolean);
  /** Whether daemons may register here. If not, they use another handler with the same store, which only they can reach. @default true */
  readonly acceptDaemons?: boolean;
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<RelayLimits>;
  /** Where state is stored. A given store is not closed with the relay. @default a memory store, closed with the relay */
  readonly store?: RelayStore;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Called with the relay's own failures (a store that fails, a bug); the request then gets 500. @default ignored */
  readonly onTrouble?: (error: unknown) => void;
}

/** Fills in the defaults. */
export function createCore(options: RelayOptions): RelayCore {
  const { clock = systemClock, onTrouble = () => undefined } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const store = options.store ?? createMemoryStore({ clock, maxBytes: limits.storeBytes });
  return { clock, limits, store, onTrouble, iceServers: iceServersOf(options, clock) };
}

/** @throws {RangeError} for more URLs than {@link MAX_ICE_URLS} */
function iceServersOf({ iceServers = [], turn }: RelayOptions, clock: Clock): RelayCore["iceServers"] {
  const turnServers = turn === undefined ? async () => [] : createTurnServers(turn, clock);
  if (typeof iceServers === "function") return async (request) => [...(await iceServers(request)), ...(await turnServers())];
  const urls = [...iceServers.flatMap((server) => server.urls), ...(turn?.urls ?? [])];
  if (urls.length > MAX_ICE_URLS) throw new RangeError(`${urls.length} URLs of STUN and TURN servers are more than ${MAX_ICE_URLS}`);
  return async () => [...iceServers, ...(await turnServers())];
}
