import type { IceServer } from "@rangecast/rtc";
import { createSignalClient, formatOffer, parseAnswer } from "@rangecast/signal";
import type { ConnectOptions } from "./connect-options.ts";
import { openFile } from "./open-file.ts";
import type { RemoteFile } from "./remote-file.ts";

export interface PlainConnectOptions extends ConnectOptions {
  /** The relay's address, what stands before `/api/internal/…`. */
  readonly base: string;
  readonly sessionId: string;
  /** Bearer key. */
  readonly key: string;
  /** A relay of the base protocol names none. @default none */
  readonly iceServers?: IceServer[];
}

/**
 * Opens the file of one session of the base protocol (part 1): the relay is trusted, nothing is sealed. Never for a share.
 * @throws {ClientError}
 */
export function connectPlain(options: PlainConnectOptions): Promise<RemoteFile> {
  const { base, sessionId, key, iceServers = [], fetch, onTrouble } = options;
  return openFile(options, { phase: "offering" }, async () => {
    const signals = createSignalClient({
      base,
      sessionId,
      key,
      side: "browser",
      ...(fetch === undefined ? {} : { fetch }),
      ...(onTrouble === undefined ? {} : { onTrouble }),
    });
    return {
      iceServers,
      async offer(sdp, signal) {
        await signals.post({ type: "offer", payload: formatOffer({ sdp }) }, { signal });
        return signals;
      },
      answer: async (payload) => parseAnswer(payload).sdp,
    };
  });
}
