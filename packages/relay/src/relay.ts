import { createApiKeys } from "./shares/api-keys.ts";
import { Daemons } from "./shares/daemons.ts";
import { refusal, type RequestContext } from "./http/http.ts";
import { PlainSessions } from "./sessions/plain-sessions.ts";
import { RelayError } from "./http/relay-error.ts";
import { createCore, type RelayOptions } from "./relay-options.ts";
import { createRouter } from "./http/router.ts";
import { Sessions } from "./sessions/sessions.ts";
import { Shares } from "./shares/shares.ts";
import { Streams } from "./events/streams.ts";

/** The relay as a function from requests to responses, for any runtime with web streams and WebCrypto. */
export interface Relay {
  /** Never rejects: errors become responses. */
  fetch(request: Request, context?: RequestContext): Promise<Response>;
  /** Ends all event streams and timers at once. Later requests get 503. */
  close(): Promise<void>;
}

export function createRelay(options: RelayOptions = {}): Relay {
  const { apiKeys = [], origins, trustProxy = false, acceptDaemons = true } = options;
  const core = createCore(options);
  const streams = new Streams(core.limits);
  const daemons = new Daemons(core);
  const sessions = new Sessions(core);
  const router = createRouter({
    core,
    streams,
    daemons,
    sessions,
    shares: new Shares(core, daemons, sessions),
    plainSessions: new PlainSessions(core),
    isApiKey: createApiKeys(apiKeys),
    origins: origins?.map((origin) => new URL(origin).origin),
    trustProxy: typeof trustProxy === "function" ? trustProxy : () => trustProxy,
    acceptDaemons,
  });
  let open = true;
  return {
    fetch: async (request, context = {}) => {
      if (!open) {
        return refusal(new RelayError("closing", "the relay is shutting down"));
      }
      return router.fetch(request, context);
    },
    close: async () => {
      open = false;
      streams.endAll();
      sessions.close();
      if (options.store === undefined) {
        await core.store.close();
      }
    },
  };
}
