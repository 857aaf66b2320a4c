import { describe, expect, test } from "vitest";
import { CHUNK_VECTORS } from "../testing/packet-vectors.ts";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import { crc32c } from "./crc32c.ts";
import { PacketWriter } from "./packet-writer.ts";

const HEADER = "1388 c000 fedcba98 00000000";

test.each(CHUNK_VECTORS)("writes $name", ({ hex, write }) => {
  const writer = new PacketWriter(1200);
  writer.begin(5000, 0xc000, 0xfedcba98);
  write(writer);
  expect(hexOf(writer.finish(true))).toBe(hexOf(bytesOf(HEADER + hex)));
});

test.each(CHUNK_VECTORS)("pads $name with zeros over bytes of an earlier packet", ({ hex, write }) => {
  const writer = new PacketWriter(1200);
  writer.begin(0xffff, 0xffff, 0xffff_ffff);
  writer.data(0xff, 0xffff_ffff, 0xffff, 0xffff, 0xffff_ffff, new Uint8Array(1172).fill(0xff), 0, 1172);
  writer.finish(false);
  writer.begin(5000, 0xc000, 0xfedcba98);
  write(writer);
  expect(hexOf(writer.finish(true))).toBe(hexOf(bytesOf(HEADER + hex)));
});

test("bundles chunks, and counts its length and its room", () => {
  const writer = new PacketWriter(63);
  writer.begin(1, 2, 3);
  expect([writer.length, writer.room]).toEqual([12, 48]);
  writer.sack(9, 8, new Uint16Array(0), 0, new Uint32Array(0), 0);
  expect([writer.length, writer.room]).toEqual([28, 32]);
  writer.data(3, 1, 0, 0, 53, Uint8Array.of(1), 0, 1);
  expect([writer.length, writer.room]).toEqual([48, 12]);
  expect(hexOf(writer.finish(true))).toBe(
    hexOf(bytesOf("0001 0002 00000003 00000000  0300 0010 00000009 00000008 0000 0000  0003 0011 00000001 0000 0000 00000035 01000000")),
  );
});

test("writes the CRC32c of the packet with a zero checksum, lowest byte first", () => {
  const writer = new PacketWriter(1200);
  writer.begin(5000, 5000, 7);
  writer.cookieAck();
  const zero = writer.finish(true).slice();
  const packet = writer.finish(false);
  const checksum = crc32c(zero, 0, zero.length);
  expect(new DataView(packet.buffer, packet.byteOffset).getUint32(8, true)).toBe(checksum);
  expect(checksum).not.toBe(0);
});

test("leaves the checksum zero after a packet that had one", () => {
  const writer = new PacketWriter(1200);
  for (const zeroChecksum of [false, true]) {
    writer.begin(5000, 5000, 7);
    writer.cookieAck();
    expect(hexOf(writer.finish(zeroChecksum)).slice(16, 24) === "00000000").toBe(zeroChecksum);
  }
});

test("reuses its views: packets of one length are one object", () => {
  const writer = new PacketWriter(1200);
  const packets = [0, 1].map(() => {
    writer.begin(5000, 5000, 7);
    writer.shutdown(1);
    return writer.finish(true);
  });
  expect(packets[0]).toBe(packets[1]);
});

describe("refuses with a RangeError", () => {
  test.each(CHUNK_VECTORS)("$name where it doesn't fit, and leaves the packet as it was", ({ hex, write }) => {
    const chunkBytes = bytesOf(hex).length;
    const tooSmall = new PacketWriter(12 + chunkBytes - 1);
    tooSmall.begin(1, 2, 3);
    expect(() => write(tooSmall)).toThrow(RangeError);
    expect(tooSmall.length).toBe(12);
    const fitting = new PacketWriter(12 + chunkBytes);
    fitting.begin(1, 2, 3);
    write(fitting);
    expect(fitting.room).toBe(0);
  });

  test.each([11, -1, 65_536, Number.NaN])("packets of %d bytes", (maxBytes) => {
    expect(() => new PacketWriter(maxBytes)).toThrow(RangeError);
  });

  test("a chunk before the first packet, and a PAD without room for its header", () => {
    const writer = new PacketWriter(1200);
    expect(() => writer.cookieAck()).toThrow(RangeError);
    writer.begin(1, 2, 3);
    expect(() => writer.pad(3)).toThrow(RangeError);
  });
});

test("keeps to a limit from the next packet on, but for a chunk that is alone in its packet", () => {
  const writer = new PacketWriter(1200);
  const begin = (): void => writer.begin(1, 2, 3);
  begin();
  writer.setLimit(103);
  expect(writer.room).toBe(1188);
  begin();
  expect([writer.room, writer.admit(88), writer.room]).toEqual([88, true, 88]);
  expect([writer.admit(89), writer.room]).toEqual([true, 92]);
  expect([writer.admit(1188), writer.admit(1189), writer.room]).toEqual([true, false, 1188]);
  begin();
  writer.cookieAck();
  expect([writer.admit(84), writer.admit(85)]).toEqual([true, false]);
  expect(() => writer.pad(85)).toThrow(RangeError);
});
