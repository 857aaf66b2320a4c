import { type SessionDescription, writeDescription } from "@rangecast/rtc";

const FINGERPRINT: string = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(":");

/** An SDP for a data channel, with only the lines that `writeDescription` writes. */
export function fakeSdp(type: SessionDescription["type"], fingerprints = 1, candidates: readonly string[] = []): string {
  const sdp = writeDescription({
    sessionId: "1",
    mid: "0",
    bundled: true,
    iceLite: false,
    iceUfrag: type,
    icePwd: `password/of/the/${type}/side`,
    trickle: true,
    fingerprint: FINGERPRINT,
    setup: type === "offer" ? "actpass" : "active",
    sctpPort: 5000,
    maxMessageSize: 262_144,
    sctpInit: undefined,
    candidates,
  });
  return sdp.replace(/a=fingerprint.*\r\n/u, (line) => line.repeat(fingerprints));
}
