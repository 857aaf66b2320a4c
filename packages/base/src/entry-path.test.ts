import { expect, test } from "vitest";
import { isEntryName, isEntryPath } from "./entry-path.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

test.each(["a", "...", ".a", "..a", "a b", "\xff\xfe", "\\", "\n"])("%j is a name", (name) => {
  expect(isEntryName(bytes(name))).toBe(true);
  expect(isEntryPath(bytes(`${name}/${name}`))).toBe(true);
});

test.each(["", ".", "..", "/", "a/", "/a", "a/b", "\0", "a\0"])("%j is no name", (name) => {
  expect(isEntryName(bytes(name))).toBe(false);
});

test.each(["", "/a", "a/", "a//b", "a/../b", "./a", "a/b\0"])("%j is no path", (path) => {
  expect(isEntryPath(bytes(path))).toBe(false);
});
