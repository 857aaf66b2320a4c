import type { ApiKeys } from "./shares/api-keys.ts";
import type { RelayCore } from "./core.ts";
import type { Daemons } from "./shares/daemons.ts";
import type { PlainSessions } from "./sessions/plain-sessions.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { Shares } from "./shares/shares.ts";
import type { Streams } from "./events/streams.ts";

/** What the routes use. */
export interface RelayServices {
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
