import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";

import { checkFor } from "../testing/raw-peer.ts";
import { hex, RFC5769_PASSWORD, RFC5769_REQUEST, RFC5769_RESPONSE } from "../testing/stun-vectors.ts";
import { isSignedWith, looksLikeStun, readStun } from "./stun-frame.ts";

const LOCAL = { ufrag: "ours", pwd: "a+password+of+22+chars+or+more" };

/** With another attribute before FINGERPRINT, whose CRC fits. */
function withUnsignedAttribute(message: Buffer, attribute: Buffer): Buffer {
  const body = Buffer.concat([message.subarray(0, -8), attribute]);
  body.writeUInt16BE(body.length + 8 - 20, 2);
  const fingerprint = Buffer.from("8028000400000000", "hex");
  fingerprint.writeUInt32BE((crc32(body) ^ 0x53_54_55_4e) >>> 0, 4);
  return Buffer.concat([body, fingerprint]);
}

function changed(message: Buffer, at: number): Buffer {
  const copy = Buffer.from(message);
  copy[at]! ^= 1;
  return copy;
}

test("the messages of RFC 5769 are read, and their signatures fit", () => {
  const request = readStun(RFC5769_REQUEST);
  expect(request).toMatchObject({ class: "request", ufrag: "evtj", isCheck: true, nominates: false, hasFingerprint: true });
  expect(request && isSignedWith(RFC5769_REQUEST, request, RFC5769_PASSWORD)).toBe(true);
  expect(request && isSignedWith(RFC5769_REQUEST, request, "another")).toBe(false);
  const response = readStun(RFC5769_RESPONSE);
  expect(response).toMatchObject({ class: "success", transactionId: "b7e7a701bc34d686fa87dfae" });
  expect(response && isSignedWith(RFC5769_RESPONSE, response, RFC5769_PASSWORD)).toBe(true);
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["half a header", RFC5769_REQUEST.subarray(0, 10)],
  ["another cookie", changed(RFC5769_REQUEST, 4)],
  ["a length that is not the datagram's", changed(RFC5769_REQUEST, 3)],
  ["a wrong FINGERPRINT", changed(RFC5769_REQUEST, RFC5769_REQUEST.length - 1)],
  ["bytes changed under FINGERPRINT", changed(RFC5769_REQUEST, 30)],
  ["an attribute that is longer than the message", hex("000100042112a442b7e7a701bc34d686fa87dfae0006ffff")],
  ["an attribute after FINGERPRINT", Buffer.concat([RFC5769_REQUEST, hex("00250000")])],
  ["an attribute that is not signed", withUnsignedAttribute(checkFor(LOCAL), hex("00250000"))],
  ["a MESSAGE-INTEGRITY of another length", hex("000100082112a442b7e7a701bc34d686fa87dfae0008000400000000")],
  ["DTLS", hex("16fefd0000000000000000002a0100001e00000000")],
])("%s is not a message", (_name, bytes) => {
  expect(readStun(bytes)).toBeUndefined();
});

test("a check has PRIORITY and a role", () => {
  expect(readStun(checkFor(LOCAL))?.isCheck).toBe(true);
  expect(readStun(checkFor(LOCAL, { priority: -1 }))?.isCheck).toBe(false);
  expect(readStun(hex("000100002112a442b7e7a701bc34d686fa87dfae"))).toMatchObject({
    isCheck: false,
    integrityAt: undefined,
    ufrag: undefined,
  });
});

test("STUN and DTLS are told apart by their first byte", () => {
  expect([0, 3, 4, 20, 63, 64, 255].map((first) => looksLikeStun(Buffer.from([first])))).toEqual([true, true, ...Array(5).fill(false)]);
});

test("no bytes make it throw", () => {
  const vector = fc.constantFrom(RFC5769_REQUEST, RFC5769_RESPONSE, checkFor(LOCAL, { nominate: true, fingerprint: false }));
  const mutated = fc
    .tuple(vector, fc.array(fc.tuple(fc.nat(110), fc.nat(255)), { maxLength: 4 }), fc.nat(110))
    .map(([bytes, changes, length]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      return copy.subarray(0, length);
    });
  const any = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(mutated, any), (bytes) => {
      const frame = readStun(bytes);
      expect(frame === undefined || !isSignedWith(bytes, frame, "another password")).toBe(true);
    }),
    { numRuns: 1000, seed: 8445 },
  );
});
