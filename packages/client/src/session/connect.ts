import { soleFingerprint } from "@rangecast/rtc";
import {
  createRandomId,
  deriveSessionKeys,
  formatOffer,
  ICE_RESTART_FEATURE,
  joinShare,
  parseLink,
  type ReadingMemory,
  sealPayload,
  sealSignalClient,
  type ShareLink,
  verifyAnswer,
} from "@rangecast/signal";
import type { Connection } from "./connection.ts";
import { type ConnectOptions, dial, type Dialled } from "./dial.ts";
import { createRemoteFile, type RemoteFile } from "./remote-file.ts";
import type { Handshake } from "./session.ts";

export interface ShareConnectOptions extends ConnectOptions {
  /** 128 random bits, base64url. Sessions with the same id count as one viewer. @default a new one */
  readonly viewerId?: string;
  /** How the relay's events were read in earlier sessions (L-17). @default nothing is known of it */
  readonly memory?: ReadingMemory;
}

/**
 * Opens the file of a share's link. All signalling is sealed with the link's secret (L-4), and the answer is signed by the share's own daemon (L-5).
 * It never falls back to plain mode (L-7).
 * @throws {ClientError}
 */
export async function connect(link: string | ShareLink, options: ShareConnectOptions): Promise<RemoteFile> {
  const { connection, state } = await dialSealed(link, options);
  return createRemoteFile(connection, state);
}

/** The same, but returns the connection, for {@link stayConnected}. @throws {ClientError} */
export async function dialShare(link: string | ShareLink, options: ShareConnectOptions): Promise<Connection> {
  return (await dialSealed(link, options)).connection;
}

function dialSealed(link: string | ShareLink, options: ShareConnectOptions): Promise<Dialled> {
  options.onState?.({ phase: "joining" });
  return dial(options, async () => sealedHandshake(typeof link === "string" ? parseLink(link) : link, options));
}

async function sealedHandshake(link: ShareLink, options: ShareConnectOptions): Promise<Handshake> {
  const { shareId, secret } = link;
  const { fetch, signal, memory, viewerId = createRandomId() } = options;
  const joined = await joinShare({ link, memory, ...(fetch === undefined ? {} : { fetch }), ...(signal === undefined ? {} : { signal }) });
  const { sessionId, epoch, iceServers } = joined;
  const keys = await deriveSessionKeys({ secret, shareId, sessionId, epoch, side: "browser" });
  let offerText = "";
  return {
    iceServers,
    async offer(sdp, life, restarts) {
      soleFingerprint(sdp);
      offerText = formatOffer({ sdp, viewer: viewerId, ...(restarts ? { features: [ICE_RESTART_FEATURE] } : {}) });
      const inner = await joined.open(await sealPayload(keys, "offer", offerText), { signal: life });
      return sealSignalClient(inner, keys);
    },
    offerRestart(sdp) {
      soleFingerprint(sdp);
      offerText = formatOffer({ sdp });
      return offerText;
    },
    async answer(payload) {
      const { sdp } = await verifyAnswer({ shareId, sessionId, offerText, payload });
      soleFingerprint(sdp);
      return sdp;
    },
  };
}
