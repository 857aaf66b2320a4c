import { soleFingerprint } from "@rangecast/rtc";
import {
  createRandomId,
  deriveSessionKeys,
  formatOffer,
  joinShare,
  parseLink,
  sealPayload,
  sealSignalClient,
  type ShareLink,
  verifyAnswer,
} from "@rangecast/signal";
import type { ConnectOptions } from "./connect-options.ts";
import type { Connection } from "./connection.ts";
import { dial, type Dialled } from "./dial.ts";
import type { Handshake } from "./handshake.ts";
import { createRemoteFile, type RemoteFile } from "./remote-file.ts";

export interface ShareConnectOptions extends ConnectOptions {
  /** 128 random bits, base64url: sessions with the same one are one viewer's. @default a new one */
  readonly viewerId?: string;
}

/**
 * Opens the file of a share's link. All signalling is sealed with the link's secret, and the answer proves to be the share's own
 * daemon's (protocol 3.1). There is no way from here to plain mode.
 * @throws {ClientError}
 */
export async function connect(link: string | ShareLink, options: ShareConnectOptions): Promise<RemoteFile> {
  const { connection, tracker } = await dialSealed(link, options);
  return createRemoteFile(connection, tracker);
}

/** The same as a bare connection, for {@link stayConnected}: one session among others. @throws {ClientError} */
export async function dialShare(link: string | ShareLink, options: ShareConnectOptions): Promise<Connection> {
  return (await dialSealed(link, options)).connection;
}

function dialSealed(link: string | ShareLink, options: ShareConnectOptions): Promise<Dialled> {
  return dial(options, { phase: "joining" }, async (tracker) => {
    const share = typeof link === "string" ? parseLink(link) : link;
    const handshake = await introduceSealed(share, options);
    tracker.take({ type: "joined" });
    return handshake;
  });
}

async function introduceSealed(link: ShareLink, options: ShareConnectOptions): Promise<Handshake> {
  const { shareId, secret } = link;
  const { fetch, signal, onTrouble, viewerId = createRandomId() } = options;
  const joined = await joinShare({
    link,
    ...(fetch === undefined ? {} : { fetch }),
    ...(signal === undefined ? {} : { signal }),
    ...(onTrouble === undefined ? {} : { onTrouble }),
  });
  const { sessionId, epoch, iceServers } = joined;
  const keys = await deriveSessionKeys({ secret, shareId, sessionId, epoch, side: "browser" });
  let offerText = "";
  return {
    iceServers,
    async offer(sdp, life) {
      soleFingerprint(sdp);
      offerText = formatOffer({ sdp, viewer: viewerId });
      const inner = await joined.open(await sealPayload(keys, "offer", offerText), { signal: life });
      return sealSignalClient(inner, keys);
    },
    async answer(payload) {
      const { sdp } = await verifyAnswer({ shareId, sessionId, offerText, payload });
      soleFingerprint(sdp);
      return sdp;
    },
  };
}
