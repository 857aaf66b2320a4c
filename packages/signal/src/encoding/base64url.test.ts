import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "./base64url.ts";

test("bytes and texts determine each other, as Node's base64url does it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64url(text)).toEqual(Uint8Array.from(bytes));
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["padding", "AA=="],
  ["stray bits at the end", "AB"],
  ["one character too many", "AAAAA"],
  ["the other base64's characters", "++//"],
  ["white space", "AA A"],
  ["a line break at the end", "AA\n"],
  ["other letters", "ÄÄ"],
])("%s is refused", (_name, text) => {
  expect(fromBase64url(text)).toBeUndefined();
});

test("bytes of another length than asked for are refused", () => {
  expect(fromBase64url("AAAA", 3)).toEqual(new Uint8Array(3));
  expect(fromBase64url("AAAA", 4)).toBeUndefined();
});
