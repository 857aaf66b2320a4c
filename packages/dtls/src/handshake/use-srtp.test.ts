import { expect, test } from "vitest";

import { chooseSrtpProfile, decodeUseSrtp, encodeUseSrtp } from "./use-srtp.ts";

test.each([
  ["one profile", [0, 2, 0, 1, 0], [1]],
  ["two profiles", [0, 4, 0, 7, 0, 1, 0], [7, 1]],
  ["a key identifier, which is ignored", [0, 2, 0, 1, 2, 9, 9], [1]],
])("use_srtp with %s is read", (_, bytes, profiles) => {
  expect(decodeUseSrtp(Uint8Array.from(bytes))).toEqual(profiles);
});

test.each([
  ["no content", []],
  ["no profile", [0, 0, 0]],
  ["half a profile", [0, 1, 0, 0]],
  ["no key identifier", [0, 2, 0, 1]],
  ["a byte too many", [0, 2, 0, 1, 0, 0]],
])("use_srtp with %s is refused", (_, bytes) => {
  expect(decodeUseSrtp(Uint8Array.from(bytes))).toBeUndefined();
});

test("use_srtp is written without a key identifier", () => {
  expect([...encodeUseSrtp([7, 1])]).toEqual([0, 4, 0, 7, 0, 1, 0]);
});

test("a profile is chosen by our preference, and none where none is in common", () => {
  expect(chooseSrtpProfile([8, 1, 7])).toBe(7);
  expect(chooseSrtpProfile([8, 1])).toBe(1);
  expect(chooseSrtpProfile([8])).toBeUndefined();
});
