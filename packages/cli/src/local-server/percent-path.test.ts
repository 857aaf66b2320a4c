import { expect, test } from "vitest";
import { decodeName, encodeName } from "./percent-path.ts";

test.each(["film & <b>.mp4", "100%.txt", "a#b?c", "Amélie — 天使", "it's (1)!", "a\nb"])(
  "%j is encoded as encodeURIComponent does",
  (name) => {
    const bytes = Buffer.from(name);
    expect(encodeName(bytes)).toBe(encodeURIComponent(name));
    expect(decodeName(encodeName(bytes))).toEqual(bytes);
  },
);

test("bytes that are no UTF-8 are kept", () => {
  const name = Buffer.from("caf\xe9", "latin1");
  expect(encodeName(name)).toBe("caf%E9");
  expect(decodeName("caf%E9")).toEqual(name);
});

test.each(["%", "a%2", "%zz", "%E0%A4%A"])("%j is malformed", (name) => {
  expect(decodeName(name)).toBeUndefined();
});
