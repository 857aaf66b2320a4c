import { describe, expect, test } from "vitest";
import { DecodeTimes, type Timed } from "./decode-times.ts";

/** All packets with their decode times, in decode order. */
function timed(times: readonly number[], depth?: number): { time: number; decodeTime: number; duration: number }[] {
  const decodeTimes = new DecodeTimes<Timed>(depth, 7);
  const early = times.flatMap((time) => decodeTimes.add({ time }) ?? []);
  return [...early, ...decodeTimes.end()].map(({ packet, decodeTime, duration }) => ({ time: packet.time, decodeTime, duration }));
}

describe("decode times", () => {
  test("are the times of presentation where the order is the same", () => {
    expect(timed([0, 40, 80], 0)).toEqual([
      { time: 0, decodeTime: 0, duration: 40 },
      { time: 40, decodeTime: 40, duration: 40 },
      { time: 80, decodeTime: 80, duration: 40 },
    ]);
  });

  test("ascend evenly where B-frames are decoded after frames that are shown later", () => {
    const shown = [0, 160, 80, 40, 120, 320, 240, 200, 280];
    const result = timed(shown);
    expect(result.map(({ time }) => time)).toEqual(shown);
    expect(result.map(({ decodeTime }) => decodeTime)).toEqual([0, 40, 80, 120, 160, 200, 240, 280, 320]);
    expect(new Set(result.map(({ duration }) => duration))).toEqual(new Set([40]));
  });

  test("are the same however many packets follow: long films give them early", () => {
    const shown = Array.from({ length: 200 }, (_, index) => 40 * (index % 2 === 0 ? index : index ^ 1 ^ 2));
    const sorted = shown.toSorted((one, other) => one - other);
    expect(timed(shown).map(({ decodeTime }) => decodeTime)).toEqual(sorted);
  });

  test("a single packet has the track's usual duration", () => {
    expect(timed([10])).toEqual([{ time: 10, decodeTime: 10, duration: 7 }]);
  });
});
