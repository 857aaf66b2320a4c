import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "./base64url.ts";

test("each byte string has one text, the same as with Node's base64url", () => {
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

test("a text of another length than required is refused", () => {
  expect(fromBase64url("AAAA", 3)).toEqual(new Uint8Array(3));
  expect(fromBase64url("AAAA", 4)).toBeUndefined();
});
