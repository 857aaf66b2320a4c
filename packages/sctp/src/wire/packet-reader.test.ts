import { describe, expect, test } from "vitest";
import { CHUNK_VECTORS } from "../testing/packet-vectors.ts";
import { bytesOf, recordPacket } from "../testing/recording-handler.ts";
import { writeU16 } from "./big-endian.ts";
import { packetChecksum, writeChecksum } from "./packet-header.ts";

const HEADER = "1388 c000 fedcba98 00000000";
const HEADER_CALL = ["packet", 5000, 0xc000, 0xfedcba98, "zero"];
const COOKIE_ACK = "0b00 0004";

const packetOf = (chunks: string): Uint8Array<ArrayBuffer> => bytesOf(HEADER + chunks);
const read = (chunks: string): ReturnType<typeof recordPacket> => recordPacket(packetOf(chunks));

describe("a chunk", () => {
  test.each(CHUNK_VECTORS)("$name is read", ({ hex, call }) => {
    expect(read(hex)).toEqual({ calls: call === undefined ? [HEADER_CALL] : [HEADER_CALL, call], fault: undefined });
  });

  test.each(CHUNK_VECTORS)("$name is read without its padding, and at any offset of a larger buffer", ({ hex, call }) => {
    const packet = packetOf(hex);
    const larger = new Uint8Array(packet.length + 40).fill(0xee);
    const length = 12 + (packet[14]! << 8) + packet[15]!;
    larger.set(packet.subarray(0, length), 13);
    const { calls, fault } = recordPacket(larger.subarray(13, 13 + length));
    expect(fault).toBeUndefined();
    expect(calls.slice(1)).toEqual(call === undefined ? [] : [call]);
  });

  test.each(CHUNK_VECTORS)("$name is never read from a packet that was cut", ({ hex }) => {
    const packet = packetOf(hex);
    const length = (packet[14]! << 8) + packet[15]!;
    for (let kept = 0; kept < 12 + length; kept++) {
      const { calls, fault } = recordPacket(packet.subarray(0, kept));
      expect(fault).toBe(kept < 16 ? "too-short" : "partial-chunk");
      expect(calls).toEqual(kept < 16 ? [] : [HEADER_CALL]);
    }
  });

  test.each(CHUNK_VECTORS)("$name with a length that lies gives a fault", ({ hex, leastBytes }) => {
    const packet = packetOf(hex);
    const actual = packet.length - 12;
    for (const length of [0, 1, 2, 3]) {
      writeU16(packet, 14, length);
      expect(recordPacket(packet)).toEqual({ calls: [HEADER_CALL], fault: "bad-chunk-length" });
    }
    for (let length = 4; length < leastBytes; length++) {
      writeU16(packet, 14, length);
      expect(recordPacket(packet.subarray(0, 12 + ((length + 3) & ~3)))).toEqual({ calls: [HEADER_CALL], fault: "bad-chunk" });
    }
    for (const length of [actual + 1, actual + 4, 0x8000, 0xffff]) {
      writeU16(packet, 14, length);
      expect(recordPacket(packet)).toEqual({ calls: [HEADER_CALL], fault: "partial-chunk" });
    }
  });
});

describe("DATA", () => {
  test("without user data is reported apart (RFC 9260, 6.2)", () => {
    expect(read("0003 0010 00000007 0000 0000 00000035").calls[1]).toEqual(["empty data", 7]);
  });
});

describe("SACK", () => {
  test.each([
    ["gap blocks", "0300 0014 00000000 00000000 0002 0000 0001 0001"],
    ["duplicates", "0300 0014 00000000 00000000 0000 0002 00000001"],
    ["both at their most", "0300 0014 00000000 00000000 ffff ffff 00000001"],
  ])("with more %s than it holds is refused", (_, hex) => {
    expect(read(hex)).toEqual({ calls: [HEADER_CALL], fault: "bad-chunk" });
  });

  test("with bytes after its last entry is read", () => {
    expect(read("0300 0014 00000001 00000002 0000 0000 eeeeeeee").calls[1]).toEqual(["sack", 1, 2, [], []]);
  });
});

test("FORWARD_TSN with half an entry is refused", () => {
  expect(read("c000 000a 00000001 0001 0000")).toEqual({ calls: [HEADER_CALL], fault: "bad-chunk" });
});

describe("bundling (RFC 9260, 6.10)", () => {
  test("chunks are read in order", () => {
    const { calls, fault } = read(`0300 0010 00000001 00000002 0000 0000  ${COOKIE_ACK}  0003 0011 00000001 0000 0000 00000035 07000000`);
    expect(fault).toBeUndefined();
    expect(calls.map(([name]) => name)).toEqual(["packet", "sack", "cookie ack", "data"]);
  });

  test("chunks before a partial one are read", () => {
    expect(read(`${COOKIE_ACK} 0003 0015 00000001`)).toEqual({ calls: [HEADER_CALL, ["cookie ack"]], fault: "partial-chunk" });
    expect(read(`${COOKIE_ACK} 0b00`)).toEqual({ calls: [HEADER_CALL, ["cookie ack"]], fault: "partial-chunk" });
  });

  const lonely = CHUNK_VECTORS.filter(({ name }) => /^(INIT|SHUTDOWN_COMPLETE)/.test(name));
  test.each(lonely)("$name is refused before or after another chunk", ({ hex }) => {
    expect(read(`${hex} ${COOKIE_ACK}`)).toEqual({ calls: [HEADER_CALL], fault: "bad-bundling" });
    expect(read(`${COOKIE_ACK} ${hex}`)).toEqual({ calls: [HEADER_CALL, ["cookie ack"]], fault: "bad-bundling" });
  });

  test("what follows ABORT is ignored (RFC 9260, 3.3.7)", () => {
    expect(read(`0600 0004 ${COOKIE_ACK} 0000 0000`)).toEqual({ calls: [HEADER_CALL, ["abort", 0, ""]], fault: undefined });
  });
});

describe("an unknown chunk (RFC 9260, 3.2)", () => {
  test.each([
    ["0c05 0006 aabb 0000", 0x0c, "0c050006aabb"],
    ["4505 0006 aabb 0000", 0x45, "45050006aabb"],
  ])("%s ends the packet, because its highest bit is 0", (hex, type, chunk) => {
    expect(read(`${hex} ${COOKIE_ACK}`)).toEqual({ calls: [HEADER_CALL, ["unknown", type, 5, chunk]], fault: undefined });
  });

  test.each([
    ["8005 0006 aabb 0000", 0x80, "80050006aabb"],
    ["fe05 0006 aabb 0000", 0xfe, "fe050006aabb"],
  ])("%s is skipped, because its highest bit is 1", (hex, type, chunk) => {
    expect(read(`${hex} ${COOKIE_ACK}`)).toEqual({ calls: [HEADER_CALL, ["unknown", type, 5, chunk], ["cookie ack"]], fault: undefined });
  });
});

test("I_DATA and I_FORWARD_TSN are unknown chunks where they were not negotiated", () => {
  const [data, skip] = ["4003 0018 00000001 0000 0000 00000000 00000035 01020304", "c200 0008 00000001"];
  const calls = (hex: string): readonly unknown[] => recordPacket(packetOf(hex), true, false).calls.slice(1);
  expect(calls(`${data} ${COOKIE_ACK}`)).toEqual([["unknown", 0x40, 3, data.replaceAll(" ", "")]]);
  expect(calls(`${skip} ${COOKIE_ACK}`)).toEqual([["unknown", 0xc2, 0, skip.replaceAll(" ", "")], ["cookie ack"]]);
});

describe("the header", () => {
  test("tells whether the checksum is valid, wrong or zero", () => {
    const packet = packetOf(COOKIE_ACK);
    expect(recordPacket(packet).calls[0]).toEqual(HEADER_CALL);
    const checksum = packetChecksum(packet);
    writeChecksum(packet, checksum);
    expect(recordPacket(packet).calls[0]).toEqual([...HEADER_CALL.slice(0, 4), "valid"]);
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const damaged = packet.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(recordPacket(damaged).calls[0]![4]).toBe("wrong");
    }
  });

  test("ends the packet if the handler wants so", () => {
    expect(recordPacket(packetOf(COOKIE_ACK), false)).toEqual({ calls: [HEADER_CALL], fault: undefined });
  });

  test("a packet larger than any is refused", () => {
    expect(recordPacket(new Uint8Array(65_536))).toEqual({ calls: [], fault: "too-long" });
  });
});
