import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import { ChannelPriority, type DataChannelOpen, decodeDcep, encodeDataChannelAck, encodeDataChannelOpen } from "./dcep.ts";

const OPEN = { type: "open", ordered: true, priority: ChannelPriority.NORMAL, label: "a", protocol: "" } as const;

const VECTORS: readonly { readonly name: string; readonly hex: string; readonly open: DataChannelOpen }[] = [
  { name: "a reliable, ordered channel", hex: "03 00 0100 00000000 0001 0000 61", open: OPEN },
  {
    name: "an unordered one with a protocol, and names of several bytes",
    hex: "03 80 0200 00000000 0002 0003 c3a9 e282ac",
    open: { ...OPEN, ordered: false, priority: ChannelPriority.HIGH, label: "é", protocol: "€" },
  },
  {
    name: "one with limited retransmissions",
    hex: "03 01 0100 00000003 0001 0000 61",
    open: { ...OPEN, partial: { limit: "retransmissions", count: 3 } },
  },
  {
    name: "an unordered one without retransmissions",
    hex: "03 81 0100 00000000 0001 0000 61",
    open: { ...OPEN, ordered: false, partial: { limit: "retransmissions", count: 0 } },
  },
  {
    name: "one with a limited lifetime",
    hex: "03 02 0080 ffffffff 0000 0000",
    open: { ...OPEN, priority: ChannelPriority.BELOW_NORMAL, label: "", partial: { limit: "lifetime", ms: 0xffff_ffff } },
  },
  {
    name: "an unordered one with a limited lifetime",
    hex: "03 82 0100 000005dc 0001 0000 61",
    open: { ...OPEN, ordered: false, partial: { limit: "lifetime", ms: 1500 } },
  },
];

test.each(VECTORS)("decodes $name, and encodes it to the same bytes", ({ hex, open }) => {
  expect(decodeDcep(bytesOf(hex))).toEqual(open);
  expect(hexOf(encodeDataChannelOpen(open))).toBe(hexOf(bytesOf(hex)));
});

test("an ACK is one byte, and more are ignored", () => {
  expect(hexOf(encodeDataChannelAck())).toBe("02");
  for (const hex of ["02", "02000000"]) expect(decodeDcep(bytesOf(hex))).toEqual({ type: "ack" });
});

test("the parameter of a reliable channel is ignored", () => {
  expect(decodeDcep(bytesOf("03 00 0100 00000007 0001 0000 61"))).toEqual(OPEN);
});

test("a byte order mark is part of a label", () => {
  expect(decodeDcep(bytesOf("03 00 0100 00000000 0004 0000 efbbbf61"))).toEqual({ ...OPEN, label: "\ufeffa" });
});

describe("refuses", () => {
  test.each([
    ["nothing", "", "bad-length"],
    ["another message", "04", "unknown-type"],
    ["a header that is cut", "03 00 0100 00000000 0000 00", "bad-length"],
    ["a label over the end", "03 00 0100 00000000 0002 0000 61", "bad-length"],
    ["a protocol over the end", "03 00 0100 00000000 0001 0001 61", "bad-length"],
    ["bytes after the names", "03 00 0100 00000000 0001 0000 6161", "bad-length"],
    ["an unknown channel type", "03 03 0100 00000000 0001 0000 61", "unknown-channel-type"],
    ["an unknown unordered channel type", "03 ff 0100 00000000 0001 0000 61", "unknown-channel-type"],
    ["a label that is not UTF-8", "03 00 0100 00000000 0001 0000 ff", "bad-utf8"],
    ["a protocol that is not UTF-8", "03 00 0100 00000000 0001 0001 61 c3", "bad-utf8"],
  ])("%s", (_, hex, fault) => {
    expect(decodeDcep(bytesOf(hex))).toBe(fault);
  });

  test("to encode a name over 65,535 bytes", () => {
    expect(() => encodeDataChannelOpen({ ...OPEN, label: "x".repeat(65_536) })).toThrow(RangeError);
    expect(() => encodeDataChannelOpen({ ...OPEN, protocol: "é".repeat(32_768) })).toThrow(RangeError);
  });
});

test("every OPEN is decoded as it was encoded, and any bytes give a message or a fault", () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const name = fc.string({ unit: "grapheme", maxLength: 40 });
  const open = fc.record({
    type: fc.constant("open" as const),
    ordered: fc.boolean(),
    partial: fc.oneof(
      fc.record({ limit: fc.constant("retransmissions" as const), count: u32 }),
      fc.record({ limit: fc.constant("lifetime" as const), ms: u32 }),
    ),
    priority: fc.integer({ min: 0, max: 0xffff }),
    label: name,
    protocol: name,
  });
  fc.assert(
    fc.property(open, fc.uint8Array({ maxLength: 40 }), (message, bytes) => {
      expect(decodeDcep(encodeDataChannelOpen(message))).toEqual(message);
      const headed = Uint8Array.of(3, ...bytes);
      for (const any of [bytes, headed]) {
        const decoded = decodeDcep(any);
        if (typeof decoded !== "string" && decoded.type === "open" && decoded.partial !== undefined)
          expect(encodeDataChannelOpen(decoded)).toEqual(any);
      }
    }),
    { seed: 8832, numRuns: 500 },
  );
});
