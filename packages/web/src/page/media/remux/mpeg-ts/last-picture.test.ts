import { expect, test } from "vitest";
import { CLOCK_PERIOD_S, lastPictureTime } from "./last-picture.ts";

const HZ = 90_000;

interface PacketOptions {
  readonly streamId?: number;
  readonly adaptationBytes?: number;
}

/** A packet in which a PES packet with that time starts. */
function packet(ticks: number | undefined, { streamId = 0xe0, adaptationBytes = 0 }: PacketOptions = {}): number[] {
  const adaptation = adaptationBytes === 0 ? [] : [adaptationBytes - 1, ...Array.from({ length: adaptationBytes - 1 }, () => 0)];
  const time = ticks ?? 0;
  const fifteen = (value: number): number[] => [(value >> 7) & 0xff, ((value & 0x7f) << 1) | 1];
  const pts = [0x21 | (Math.floor(time / 2 ** 30) << 1), ...fifteen(Math.floor(time / 2 ** 15) % 2 ** 15), ...fifteen(time % 2 ** 15)];
  const pes = [0, 0, 1, streamId, 0, 0, 0x80, ticks === undefined ? 0 : 0x80, 5, ...pts];
  const bytes = [0x47, 0x41, 0x00, adaptationBytes === 0 ? 0x10 : 0x30, ...adaptation, ...pes];
  return [...bytes, ...Array.from({ length: 188 - bytes.length }, () => 0xff)];
}

const others = Array.from({ length: 5 }, () => packet(undefined));

test("the latest time of a picture is found, which need not be that of the last one in the file", () => {
  const tail = [...others, packet(10 * HZ), packet(12 * HZ), packet(11 * HZ), packet(99 * HZ, { streamId: 0xc0 })].flat();
  expect(lastPictureTime(Uint8Array.from(tail))).toBe(12);
});

test("the tail may begin within a packet, and packets may have an adaptation field", () => {
  const tail = [7, 7, 7, ...others.flat(), ...packet(1 + 2 ** 32, { adaptationBytes: 20 })];
  expect(lastPictureTime(Uint8Array.from(tail))).toBe((1 + 2 ** 32) / HZ);
});

test("packets may be preceded by time codes", () => {
  const tail = [...others, packet(5 * HZ)].flatMap((bytes) => [0, 0, 0, 0, ...bytes]);
  expect(lastPictureTime(Uint8Array.from(tail))).toBe(5);
});

test("a time after the clock began again is later", () => {
  const tail = [...others, packet(CLOCK_PERIOD_S * HZ - HZ), packet(2 * HZ)].flat();
  expect(lastPictureTime(Uint8Array.from(tail))).toBe(2);
});

test("no picture, no packets: nothing", () => {
  expect(lastPictureTime(Uint8Array.from(others.flat()))).toBeUndefined();
  expect(lastPictureTime(new Uint8Array(2000))).toBeUndefined();
  expect(lastPictureTime(new Uint8Array(0))).toBeUndefined();
});
