import type { IceServer } from "@rangecast/rtc";
import { createSignalClient, formatOffer, parseAnswer } from "@rangecast/signal";
import type { Connection } from "./connection.ts";
import { type ConnectOptions, dial, type Dialled } from "./dial.ts";
import { createRemoteFile, type RemoteFile } from "./remote-file.ts";

export interface PlainConnectOptions extends ConnectOptions {
  /** The relay's base address, to which `/api/internal/…` is appended. */
  readonly base: string;
  readonly sessionId: string;
  /** Bearer key. */
  readonly key: string;
  /** Relays of the base protocol name no ICE servers. @default none */
  readonly iceServers?: IceServer[];
}

/**
 * Opens the file of a session of the base protocol. The relay is trusted and nothing is sealed; never used for a share (L-7).
 * @throws {ClientError}
 */
export async function connectPlain(options: PlainConnectOptions): Promise<RemoteFile> {
  const { connection, state } = await dialOpen(options);
  return createRemoteFile(connection, state);
}

/** The same, but returns the connection, for {@link stayConnected}. @throws {ClientError} */
export async function dialPlain(options: PlainConnectOptions): Promise<Connection> {
  return (await dialOpen(options)).connection;
}

function dialOpen(options: PlainConnectOptions): Promise<Dialled> {
  const { base, sessionId, key, iceServers = [], fetch } = options;
  return dial(options, async () => {
    const signals = createSignalClient({ base, sessionId, key, side: "browser", ...(fetch === undefined ? {} : { fetch }) });
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
