import { describe, expect, test } from "vitest";
import { framingOf, toMp4Data } from "./packet-data.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("Annex B", () => {
  test.each([
    ["a unit after a long start code", [0, 0, 0, 1, 9, 8], [0, 0, 0, 2, 9, 8]],
    ["units after short and long ones", [0, 0, 1, 9, 0, 0, 0, 1, 8, 7], [0, 0, 0, 1, 9, 0, 0, 0, 2, 8, 7]],
    ["zeros at the end", [0, 0, 1, 9, 0, 0, 0], [0, 0, 0, 1, 9]],
    ["ones and zeros inside a unit", [0, 0, 1, 1, 0, 1, 0, 0, 3, 1], [0, 0, 0, 7, 1, 0, 1, 0, 0, 3, 1]],
    ["no start code", [9, 8, 7], []],
  ])("%s", (_name, from, to) => {
    expect([...toMp4Data(Uint8Array.from(from), "annex-b")]).toEqual(to);
  });
});

test("an ADTS header is removed, with its checksum if it has one", () => {
  expect([...toMp4Data(bytes(0xff, 0xf1, 0, 0, 0, 0, 0, 42), "adts")]).toEqual([42]);
  expect([...toMp4Data(bytes(0xff, 0xf0, 0, 0, 0, 0, 0, 1, 2, 42), "adts")]).toEqual([42]);
});

test("the framing follows from the codec, and from whether the container describes the decoder", () => {
  expect(framingOf("avc", true)).toBe("as-in-mp4");
  expect(framingOf("avc", false)).toBe("annex-b");
  expect(framingOf("aac", false)).toBe("adts");
  expect(framingOf("opus", false)).toBe("as-in-mp4");
});
