/* What a user of the libraries writes: a relay, a daemon and a client in one process, each from its package. Prints one JSON object. */
import { createHash } from "node:crypto";
import { ExpectedError } from "@rangecast/base";
import { ClientError, openShare, type ReconnectingFile } from "@rangecast/client";
import { createDaemon, createEphemeralStore, type Daemon } from "@rangecast/daemon";
import { createCertificate, type DtlsConnection } from "@rangecast/dtls";
import { planResponse, type ResponsePlan } from "@rangecast/http";
import { type RelayOptions, serveRelay } from "@rangecast/relay";
import { readCandidateFacts, type PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { type AssociationOptions, ModelBased } from "@rangecast/sctp";
import { parseLink, type ShareLink } from "@rangecast/signal";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";

/** Types that a program needs for the values of its own. */
export interface Used {
  readonly association: AssociationOptions;
  readonly connection: DtlsConnection;
  readonly relay: RelayOptions;
}

async function download(link: string, connect: PeerConnectionFactory): Promise<{ readonly size: number; readonly sha256: string }> {
  const file: ReconnectingFile = openShare(link, { createPeerConnection: connect });
  try {
    const { size } = await file.opened();
    const hash = createHash("sha256");
    for await (const bytes of file.stream()) hash.update(bytes);
    return { size, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

async function shareAndDownload(path: string): Promise<{ readonly size: number; readonly sha256: string; readonly link: ShareLink }> {
  const relay = await serveRelay({ host: "127.0.0.1", port: 0, onTrouble: (error) => console.error(error) });
  const daemon: Daemon = createDaemon({ relay: relay.url, store: await createEphemeralStore() });
  try {
    const { link } = await daemon.addShare({ path });
    return { ...(await download(link, createPeerConnection)), link: parseLink(link) };
  } finally {
    await daemon.close();
    await relay.close();
  }
}

/** What each of the packages that the transfer doesn't use directly answers. */
function useTheOthers(): Readonly<Record<string, unknown>> {
  const frame: Frame = decodeFrame(encodeFrame({ type: "ping", streamId: 7 }));
  const request = { method: "GET", range: "bytes=1-2", ifRange: null, ifMatch: null, download: false };
  const plan: ResponsePlan = planResponse(request, { name: "film.mp4", size: 4 });
  return {
    base: new ClientError("aborted", "stopped") instanceof ExpectedError,
    dtls: createCertificate().fingerprint.split(":").length,
    http: plan.headers["Content-Range"],
    rtc: readCandidateFacts("candidate:1 1 udp 1 192.0.2.1 9 typ host")?.kind,
    sctp: new ModelBased({ packetBytes: 1200, random: () => 0 }) instanceof ModelBased,
    wire: frame,
  };
}

const { size, sha256, link } = await shareAndDownload(process.argv[2] ?? "");
console.log(JSON.stringify({ size, sha256, relay: link.relay, others: useTheOthers() }));
