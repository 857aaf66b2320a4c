import { describe, expect, test } from "vitest";

import { readRemoteDescription } from "./remote-description.ts";
import { CHROMIUM_OFFER, FIREFOX_OFFER, PION_OFFER } from "../testing/real-offers.ts";

const read = (sdp: string, type: "offer" | "answer" = "offer"): ReturnType<typeof readRemoteDescription> =>
  readRemoteDescription({ type, sdp });

describe("real offers are parsed", () => {
  test("Chromium's, without the candidate with an mDNS name", () => {
    const remote = read(CHROMIUM_OFFER);
    expect(remote).toMatchObject({ mid: "0", maxMessageSize: 262_144 });
    expect(remote.candidates).toEqual(["candidate:842163049 1 UDP 1677729535 192.0.2.7 46154 typ srflx"]);
    expect(remote.sdp).toBe(
      CHROMIUM_OFFER.replace("2 IN IP4", "1 IN IP4").replaceAll(/a=(?:candidate|extmap-allow-mixed|msid-semantic).*\r\n/gu, ""),
    );
  });

  test("Firefox's, with its fingerprint at session level", () => {
    expect(read(FIREFOX_OFFER)).toMatchObject({ maxMessageSize: 1_073_741_823 });
  });

  test("pion's, which has no message size: 65,536", () => {
    expect(read(PION_OFFER)).toMatchObject({ maxMessageSize: 65_536 });
  });
});

const changed = (from: string | RegExp, to: string): string => {
  const sdp = CHROMIUM_OFFER.replace(from, to);
  if (sdp === CHROMIUM_OFFER) throw new Error("the case changes nothing");
  return sdp;
};

test.each([
  ["nothing", "", "bad-description"],
  ["garbage", "\u0000garbage\r\n".repeat(9), "bad-description"],
  ["too long", CHROMIUM_OFFER + "a=x\r\n".repeat(20_000), "bad-description"],
  ["a second data section", CHROMIUM_OFFER + CHROMIUM_OFFER.slice(CHROMIUM_OFFER.indexOf("m=")), "bad-description"],
  ["an audio section", `${CHROMIUM_OFFER}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`, "bad-description"],
  ["no fingerprint", changed(/a=fingerprint.*\r\n/u, ""), "no-fingerprint"],
  ["two fingerprints", changed(/(a=fingerprint.*\r\n)/u, "$1$1"), "many-fingerprints"],
  ["a fingerprint of sha-1", changed("sha-256", "sha-1"), "weak-fingerprint"],
  ["no ufrag", changed(/a=ice-ufrag.*\r\n/u, ""), "bad-description"],
  ["an endless ufrag", changed(/a=ice-ufrag.*/u, `a=ice-ufrag:${"x".repeat(5_000)}`), "bad-description"],
  ["no password", changed(/a=ice-pwd.*\r\n/u, ""), "bad-description"],
  ["no mid", changed(/a=mid.*\r\n/u, ""), "bad-description"],
  ["an unknown role", changed("a=setup:actpass", "a=setup:holdconn"), "bad-description"],
  ["an sctp-port over 65535", changed("a=sctp-port:5000", "a=sctp-port:999999"), "bad-description"],
  ["a message size that is not a number", changed("size:262144", "size:abc"), "bad-description"],
  ["a negative message size", changed("size:262144", "size:-5"), "bad-description"],
  ["a message size with too many digits", changed("size:262144", `size:${"9".repeat(40)}`), "bad-description"],
])("refused: %s", (_what, sdp, reason) => {
  expect(() => read(sdp)).toThrow(expect.objectContaining({ name: "RtcError", reason }));
});

test("an answer must choose its DTLS role", () => {
  expect(() => read(CHROMIUM_OFFER, "answer")).toThrow(expect.objectContaining({ reason: "bad-description" }));
  expect(read(CHROMIUM_OFFER.replace("actpass", "active"), "answer").mid).toBe("0");
});
