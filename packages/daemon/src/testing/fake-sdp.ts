import type { SessionDescription } from "@rangecast/rtc";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");

/** An SDP for a data channel, as it is written from what is known of it, and then some lines more. */
export function fakeSdp(type: SessionDescription["type"], lines: readonly string[] = []): string {
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:fake",
    "a=ice-pwd:fake/password/of/22/or/more",
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    `a=setup:${type === "offer" ? "actpass" : "active"}`,
    "a=mid:0",
    "a=sctp-port:5000",
    ...lines,
    "",
  ].join("\r\n");
}
