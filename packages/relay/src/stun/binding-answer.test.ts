import { describe, expect, test } from "vitest";
import { answerBinding } from "./binding-answer.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/gu, ""), "hex");
const V4 = { address: "192.0.2.1", port: 32_853 };
/** The transaction of RFC 5769. */
const TRANSACTION = "b7e7a701bc34d686fa87dfae";
const PLAIN = hex(`00010000 2112a442 ${TRANSACTION}`);
const SOFTWARE = "80220010 5354554e207465737420636c69656e74";

describe("the answer to a Binding request", () => {
  test("has the masked address of RFC 5769, 2.2 (IPv4)", () => {
    expect(answerBinding(PLAIN, V4)?.toString("hex")).toBe(
      hex(`0101000c 2112a442 ${TRANSACTION} 00200008 0001a147e112a643`).toString("hex"),
    );
  });

  test("has the masked address of RFC 5769, 2.3 (IPv6)", () => {
    const answer = answerBinding(PLAIN, { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 });
    expect(answer?.toString("hex")).toBe(
      hex(`01010018 2112a442 ${TRANSACTION} 00200014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9`).toString("hex"),
    );
  });

  test.each([
    ["::1", "0002"],
    ["fe80::1:2", "0002"],
    ["::ffff:192.0.2.1", "0001"],
  ])("for %s has family %s", (address, family) => {
    expect(answerBinding(PLAIN, { address, port: 1 })?.toString("hex", 24, 26)).toBe(family);
  });

  test("has a FINGERPRINT if the request has one", () => {
    const valid = answerBinding(withFingerprint(hex(`00010008 2112a442 ${TRANSACTION}`)), V4);
    expect(valid).toHaveLength(40);
    expect(valid?.equals(withFingerprint(valid.subarray(0, 32)))).toBe(true);
  });

  test("ignores attributes that may be ignored", () => {
    expect(answerBinding(hex(`00010014 2112a442 ${TRANSACTION} ${SOFTWARE}`), V4)).toEqual(answerBinding(PLAIN, V4));
  });

  test("is at most 12 bytes longer by IPv4, and 24 by IPv6, than its request", () => {
    expect(answerBinding(PLAIN, V4)!.length - PLAIN.length).toBe(12);
    expect(answerBinding(PLAIN, { address: "2001:db8::1", port: 1 })!.length - PLAIN.length).toBe(24);
  });
});

test.each([
  ["nothing", ""],
  ["half a header", "00010000 2112a442"],
  ["another cookie", `00010000 2112a443 ${TRANSACTION}`],
  ["a wrong length", `00010004 2112a442 ${TRANSACTION}`],
  ["an attribute longer than the message", `00010004 2112a442 ${TRANSACTION} 80220010`],
  ["a length that is not of whole words", `00010002 2112a442 ${TRANSACTION} 8022`],
  ["an indication", `00110000 2112a442 ${TRANSACTION}`],
  ["an answer", `0101000c 2112a442 ${TRANSACTION} 00200008 0001a147e112a643`],
  ["an allocation", `00030000 2112a442 ${TRANSACTION}`],
  ["a check between peers", `00010008 2112a442 ${TRANSACTION} 00240004 6e0001ff`],
  ["a request to answer from elsewhere", `00010008 2112a442 ${TRANSACTION} 00030004 00000006`],
  ["a wrong FINGERPRINT", `00010008 2112a442 ${TRANSACTION} 80280004 12345678`],
  ["an attribute after FINGERPRINT", `${withFingerprint(hex(`00010008 2112a442 ${TRANSACTION}`)).toString("hex")}80220000`],
  ["more than 548 bytes", `0001021c 2112a442 ${TRANSACTION} 80220218 ${"00".repeat(536)}`],
])("%s gets no answer", (_, text) => {
  expect(answerBinding(hex(text), V4)).toBeUndefined();
});

test("no bytes make it throw, and no answer is long", () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 0x7fff_ffff) / 0x7fff_ffff;
  for (let count = 0; count < 500; count += 1) {
    const bytes = Buffer.concat([PLAIN, Buffer.alloc(4 * Math.floor(random() * 8))]);
    for (let flips = 0; flips < 3; flips += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    expect(answerBinding(bytes, V4)?.length ?? 0).toBeLessThanOrEqual(40);
  }
});

/** CRC-32 of all before it, masked (RFC 8489, 14.7). Computed bit by bit here. */
function withFingerprint(message: Buffer): Buffer {
  let crc = 0xffff_ffff;
  for (const byte of message) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  const attribute = Buffer.alloc(8);
  attribute.writeUInt32BE(0x80_28_00_04, 0);
  attribute.writeUInt32BE((~crc ^ 0x53_54_55_4e) >>> 0, 4);
  return Buffer.concat([message, attribute]);
}
