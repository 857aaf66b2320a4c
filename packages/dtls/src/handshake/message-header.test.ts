import { expect, test } from "vitest";
import { encodeFragment, readFragments } from "./message-header.ts";

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(/\s/gu, ""), "hex");
const MESSAGE = { type: 11, sequence: 3, body: Uint8Array.of(1, 2, 3, 4) };

test("a message is written whole, or in parts", () => {
  expect(encodeFragment(MESSAGE)).toEqual(bytesOf("0b 000004 0003 000000 000004 01020304"));
  expect(encodeFragment(MESSAGE, 1, 2)).toEqual(bytesOf("0b 000004 0003 000001 000002 0203"));
  expect(encodeFragment(MESSAGE, 4, 0)).toEqual(bytesOf("0b 000004 0003 000004 000000"));
});

test("several fragments are read from a record", () => {
  const { fragments, complete } = readFragments(bytesOf("0b 000004 0003 000001 000002 0203  0e 000000 0004 000000 000000"));
  expect(complete).toBe(true);
  expect(fragments).toEqual([
    { type: 11, sequence: 3, messageLength: 4, offset: 1, bytes: Buffer.of(2, 3) },
    { type: 14, sequence: 4, messageLength: 0, offset: 0, bytes: Buffer.alloc(0) },
  ]);
});

test.each([
  ["nothing", ""],
  ["half a header", "0b 000004 0003"],
  ["more than there is", "0b 000004 0003 000000 000004 010203"],
])("a record with %s has no fragment", (_, hex) => {
  expect(readFragments(bytesOf(hex))).toEqual({ fragments: [], complete: false });
});

test("what precedes a broken fragment is read", () => {
  const { fragments, complete } = readFragments(bytesOf("0e 000000 0004 000000 000000  0b 00"));
  expect([fragments.length, complete]).toEqual([1, false]);
});
