import type { IceServer } from "@rangecast/rtc";
import { createSignalClient, formatOffer, parseAnswer } from "@rangecast/signal";
import type { ConnectOptions } from "./connect-options.ts";
import type { Connection } from "./connection.ts";
import { dial, type Dialled } from "./dial.ts";
import { createRemoteFile, type RemoteFile } from "./remote-file.ts";

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
export async function connectPlain(options: PlainConnectOptions): Promise<RemoteFile> {
  const { connection, tracker } = await dialOpen(options);
  return createRemoteFile(connection, tracker);
}

/** The same as a bare connection, for {@link stayConnected}. @throws {ClientError} */
export async function dialPlain(options: PlainConnectOptions): Promise<Connection> {
  return (await dialOpen(options)).connection;
}

function dialOpen(options: PlainConnectOptions): Promise<Dialled> {
  const { base, sessionId, key, iceServers = [], fetch, onTrouble } = options;
  return dial(options, { phase: "offering" }, async () => {
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
