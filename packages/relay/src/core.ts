import type { IceServer, SignalSide } from "@rangecast/signal";
import type { Clock } from "./clock.ts";
import type { RelayLimits } from "./limits.ts";
import type { RelayStore } from "./store/store.ts";

/** What every part of one relay shares. */
export interface RelayCore {
  readonly store: RelayStore;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly iceServers: (request: IceRequest) => Promise<IceServer[]>;
  /** Told of the relay's own failures. */
  readonly onTrouble: (error: unknown) => void;
}

/** Who gets ICE servers: someone who proved to belong to the share. */
export interface IceRequest {
  readonly side: SignalSide;
  readonly shareId: string;
}
