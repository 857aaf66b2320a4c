import { expect, test } from "vitest";

import { readSignedStun, signAgain, StunAttribute, StunType, writeMappedAddress } from "./stun-message.ts";
import { hex, RFC5769_PASSWORD, RFC5769_REQUEST, RFC5769_RESPONSE } from "../testing/stun-vectors.ts";

test("the messages of RFC 5769 are parsed, and signed again to the same bytes", () => {
  for (const bytes of [RFC5769_REQUEST, RFC5769_RESPONSE]) {
    const message = readSignedStun(bytes, RFC5769_PASSWORD);
    expect(signAgain(bytes, message?.integrityAt ?? 0, RFC5769_PASSWORD).toString("hex")).toBe(bytes.toString("hex"));
  }
  const request = readSignedStun(RFC5769_REQUEST, RFC5769_PASSWORD);
  expect(request?.type).toBe(StunType.BINDING_REQUEST);
  expect(request?.attributes.get(StunAttribute.ICE_CONTROLLED)?.toString("hex")).toBe("932ff9b151263b36");
});

test("a mapped address is written as RFC 5769 has it", () => {
  const message = readSignedStun(RFC5769_RESPONSE, RFC5769_PASSWORD);
  const value = Buffer.from(message?.attributes.get(StunAttribute.XOR_MAPPED_ADDRESS) ?? []);
  const before = value.toString("hex");
  expect(writeMappedAddress(value, "198.51.100.7", 1)).toBe(true);
  expect(value.toString("hex")).not.toBe(before);
  expect(writeMappedAddress(value, "192.0.2.1", 32_853)).toBe(true);
  expect(value.toString("hex")).toBe(before);
});

const tampered = Buffer.from(RFC5769_REQUEST);
tampered[30]! ^= 1;
const withLongAttribute = Buffer.from(RFC5769_REQUEST);
withLongAttribute.writeUInt16BE(0xff_ff, 22);

test.each([
  ["another password", RFC5769_REQUEST, "another"],
  ["a changed attribute", tampered, RFC5769_PASSWORD],
  ["an attribute longer than its message", withLongAttribute, RFC5769_PASSWORD],
  ["a truncated message", RFC5769_REQUEST.subarray(0, 60), RFC5769_PASSWORD],
  ["a message without a signature", hex("000100002112a442b7e7a701bc34d686fa87dfae"), RFC5769_PASSWORD],
  ["DTLS", hex("16fefd0000000000000000002a0100001e00000000"), RFC5769_PASSWORD],
  ["nothing", Buffer.alloc(0), RFC5769_PASSWORD],
])("%s is not a signed message", (_what, bytes, password) => {
  expect(readSignedStun(bytes, password)).toBeUndefined();
});
