import type { IceServer, SignalSide } from "@rangecast/signal";
import type { Clock } from "./clock.ts";
import type { RelayLimits } from "./limits.ts";
import type { RelayStore } from "./store/store.ts";

/** What all services of one relay share. */
export interface RelayCore {
  readonly store: RelayStore;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly iceServers: (request: IceRequest) => Promise<IceServer[]>;
  /** Called with the relay's own failures. */
  readonly onTrouble: (error: unknown) => void;
}

/** Who gets ICE servers: a peer that has proved that it belongs to the share (L-2). */
export interface IceRequest {
  readonly side: SignalSide;
  readonly shareId: string;
}
