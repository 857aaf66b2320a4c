import { expect, test } from "vitest";
import { percentDecode, percentEncode } from "./percent.ts";

test.each(["film & <b>.mp4", "100%.txt", "a#b?c/d", "Amélie — 天使", "it's (1)!", "a\nb"])(
  "%j is encoded as encodeURIComponent does",
  (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(percentEncode(bytes)).toBe(encodeURIComponent(text));
    expect(percentDecode(percentEncode(bytes))).toEqual(bytes);
  },
);

test("bytes that are no UTF-8 are kept", () => {
  const bytes = Uint8Array.from(Buffer.from("caf\xe9", "latin1"));
  expect(percentEncode(bytes)).toBe("caf%E9");
  expect(percentDecode("caf%e9")).toEqual(bytes);
});

test.each(["%", "a%2", "%zz"])("%j stays as it is", (text) => {
  expect(Buffer.from(percentDecode(text)).toString()).toBe(text);
});
