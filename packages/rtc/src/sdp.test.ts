import { describe, expect, test } from "vitest";
import { maxMessageSize, soleFingerprint } from "./sdp.ts";

const HEX = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(":");
const line = (text: string): string => `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n${text}\r\n`;

describe("L-5: exactly one sha-256 fingerprint", () => {
  test("is returned in upper case", () => {
    expect(soleFingerprint(line(`a=fingerprint:sha-256 ${HEX}`))).toBe(HEX);
    expect(soleFingerprint(line(`a=fingerprint:SHA-256 ${HEX.toLowerCase()}`))).toBe(HEX);
  });

  test.each([
    ["none", line("a=setup:active"), "no-fingerprint"],
    ["two", line(`a=fingerprint:sha-256 ${HEX}\r\na=fingerprint:sha-256 ${HEX}`), "many-fingerprints"],
    ["one of sha-1 beside it", line(`a=fingerprint:sha-1 ${HEX.slice(0, 59)}\r\na=fingerprint:sha-256 ${HEX}`), "many-fingerprints"],
    ["sha-1 alone", line(`a=fingerprint:sha-1 ${HEX.slice(0, 59)}`), "weak-fingerprint"],
    ["one that is too short", line(`a=fingerprint:sha-256 ${HEX.slice(3)}`), "weak-fingerprint"],
    ["one that is not hexadecimal", line(`a=fingerprint:sha-256 ${HEX.replace("0A", "ZZ")}`), "weak-fingerprint"],
  ])("%s is refused", (_name, sdp, reason) => {
    expect(() => soleFingerprint(sdp)).toThrow(expect.objectContaining({ name: "RtcError", reason }));
  });
});

test("max-message-size is returned if the SDP has it", () => {
  expect(maxMessageSize(line("a=max-message-size:262144"))).toBe(262_144);
  expect(maxMessageSize(line("a=max-message-size:0"))).toBe(0);
  expect(maxMessageSize(line("a=sctp-port:5000"))).toBeUndefined();
  expect(maxMessageSize(line("a=max-message-size:-1"))).toBeUndefined();
  expect(maxMessageSize(line(`a=max-message-size:${"9".repeat(40)}`))).toBeUndefined();
});
