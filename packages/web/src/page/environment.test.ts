import { expect, test } from "vitest";
import { findMissingFeature } from "./environment.ts";

const all = { isSecureContext: true, RTCPeerConnection: {}, navigator: { serviceWorker: {}, locks: {} }, crypto: { subtle: {} } };

test("nothing is missing in a current browser on a secure page", () => {
  expect(findMissingFeature(all)).toBeUndefined();
});

test.each([
  ["http:// on a LAN address, where everything is missing", { isSecureContext: false, RTCPeerConnection: {}, navigator: {} }, "insecure"],
  ["WebRTC switched off", { ...all, RTCPeerConnection: undefined }, "no-webrtc"],
  ["site data blocked", { ...all, navigator: { locks: {} } }, "no-worker"],
  ["no locks", { ...all, navigator: { serviceWorker: {} } }, "old-browser"],
  ["no WebCrypto", { ...all, crypto: {} }, "old-browser"],
])("%s", (_name, scope, expected) => {
  expect(findMissingFeature(scope)).toBe(expected);
});
