import type { ApiKeys } from "./api-keys.ts";
import type { RelayCore } from "./core.ts";
import type { Daemons } from "./daemons.ts";
import type { PlainSessions } from "./plain-sessions.ts";
import type { Sessions } from "./sessions.ts";
import type { Shares } from "./shares.ts";
import type { Streams } from "./streams.ts";

/** What the routes call. */
export interface RelayParts {
  readonly core: RelayCore;
  readonly apiKeys: ApiKeys;
  readonly streams: Streams;
  readonly daemons: Daemons;
  readonly shares: Shares;
  readonly sessions: Sessions;
  readonly plainSessions: PlainSessions;
  readonly origins: readonly string[] | undefined;
  readonly trustProxy: boolean;
}
