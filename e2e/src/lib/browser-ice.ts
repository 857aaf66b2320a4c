/* ICE of a real browser with our agent, and nothing above it: the browser gets an answer whose fingerprint nobody has. */
import { parseDescription, writeDescription } from "@rangecast/rtc";
import type { RecordedAgent } from "./ice-agents.ts";

/** Runs a function in a page. */
export type InPage = <A, R>(run: (argument: A) => R | Promise<R>, argument: A) => Promise<R>;

interface WithPeer {
  peer?: RTCPeerConnection;
}

/** The page's offer, with its candidates; it is a restart if the page has a connection already. */
function offerOfPage(inPage: InPage): Promise<string> {
  return inPage(async () => {
    const page = globalThis as WithPeer;
    page.peer?.restartIce();
    const peer = (page.peer ??= new RTCPeerConnection());
    if (peer.signalingState === "stable" && peer.localDescription === null) peer.createDataChannel("ice");
    await peer.setLocalDescription();
    while (peer.iceGatheringState !== "complete") await new Promise((resolve) => setTimeout(resolve, 10));
    return peer.localDescription?.sdp ?? "";
  }, undefined);
}

/** Negotiates, and resolves when both sides have a path. @param iceRole ours; browsers that offer are controlling */
export async function connectBrowser(
  inPage: InPage,
  of: RecordedAgent,
  iceRole: "controlling" | "controlled" = "controlled",
): Promise<void> {
  const { agent } = of;
  const offer = parseDescription({ type: "offer", sdp: await offerOfPage(inPage) });
  const known = of.candidates.length;
  agent.gather();
  await of.until("a candidate", () => of.candidates.length > known);
  await of.until("the end of candidates", () => of.gathered);
  agent.setRemote({ ufrag: offer.iceUfrag, pwd: offer.icePwd });
  agent.start(iceRole);
  for (const line of offer.candidates) {
    try {
      agent.addRemoteCandidate(line);
    } catch (error) {
      // mDNS and TCP.
      if ((error as { reason?: string }).reason !== "useless-candidate") throw error;
    }
  }
  const sdp = writeDescription({
    ...offer,
    iceUfrag: agent.localUsername,
    icePwd: agent.localPassword,
    fingerprint: Array<string>(32).fill("AB").join(":"),
    setup: "passive",
    sctpInit: undefined,
    candidates: of.candidates.slice(known),
  });
  const paths = of.pairs.length;
  await inPage(async (answer) => {
    const { peer } = globalThis as WithPeer;
    await peer?.setRemoteDescription({ type: "answer", sdp: answer });
    while (!["connected", "completed"].includes(peer?.iceConnectionState ?? "")) await new Promise((resolve) => setTimeout(resolve, 10));
  }, sdp);
  await of.until("a path", () => of.pairs.length > paths && agent.state === "connected");
}

/** Ends the page's connection without a word. */
export function closeBrowser(inPage: InPage): Promise<void> {
  return inPage(() => {
    const page = globalThis as WithPeer;
    page.peer?.close();
    delete page.peer;
  }, undefined);
}
