import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";

const MAX_MESSAGE_SIZE = /a=max-message-size.*\r\n/u;

/** The SDP of an offer with more lines. A max-message-size among them replaces the offer's. */
export function offerSdp(lines: readonly string[] = []): string {
  const sdp = fakeSdp("offer");
  return withLines(lines.some((line) => line.startsWith("a=max-message-size:")) ? sdp.replace(MAX_MESSAGE_SIZE, "") : sdp, lines);
}

/** An SDP, followed by more lines. */
export function withLines(sdp: string, lines: readonly string[]): string {
  return `${sdp}${lines.map((line) => `${line}\r\n`).join("")}`;
}

export function offerPayload(sdp: string = offerSdp(), more: object = {}): string {
  return JSON.stringify({ type: "offer", sdp, ...more });
}

export function candidatePayload(address = "192.0.2.1", transport = "udp"): string {
  return JSON.stringify({ candidate: `candidate:1 1 ${transport} 2113937151 ${address} 50000 typ host`, sdpMid: "0", sdpMLineIndex: 0 });
}
