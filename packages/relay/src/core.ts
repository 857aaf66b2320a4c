import type { IsApiKey } from "./shares/api-keys.ts";
import type { Daemons } from "./shares/daemons.ts";
import type { PlainSessions } from "./sessions/plain-sessions.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { Shares } from "./shares/shares.ts";
import type { Streams } from "./events/streams.ts";
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

/** What the routes use. */
export interface RelayServices {
  readonly core: RelayCore;
  readonly isApiKey: IsApiKey;
  readonly streams: Streams;
  readonly daemons: Daemons;
  readonly shares: Shares;
  readonly sessions: Sessions;
  readonly plainSessions: PlainSessions;
  readonly origins: readonly string[] | undefined;
  readonly trustProxy: () => boolean;
  readonly acceptDaemons: boolean;
}
