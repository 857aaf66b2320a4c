import { expect, test } from "vitest";
import { isResourcePath } from "./resource-path.ts";

const bytes = (path: string): Uint8Array => Buffer.from(path, "latin1");

test.each(["a", "a/b", "subs/en.vtt", ".hidden", "..a", "a..", "...", "a/.../b", "a\\b", "C:", "\xff\xfe", " ", "a b/ c"])(
  "X-8: %j is a path below the root",
  (path) => {
    expect(isResourcePath(bytes(path))).toBe(true);
  },
);

test.each(["//list", "//zip", "//zip/a,b%20c", "a//zip/(1)", "a//list", "a/b//zip", "\xff//list", "a//b"])(
  "X-14: %j is made of a folder",
  (path) => {
    expect(isResourcePath(bytes(path))).toBe(true);
  },
);

test.each([
  "..//list",
  "a/..//list",
  "/a//list",
  "///list",
  "a///list",
  "//",
  "a//",
  "a//b//list",
  "a//list/b",
  "a//zip/",
  "a//zip//b",
  "a//zip/b/c",
  "//List",
  "//li\0t",
  "a\0//list",
])("X-14: %j is refused", (path) => {
  expect(isResourcePath(bytes(path))).toBe(false);
});

test.each(["", "/", "/a", "a/", ".", "..", "./a", "../a", "a/./b", "a/../b", "a/..", "a/.", "a\0b", "\0"])("X-8: %j is refused", (path) => {
  expect(isResourcePath(bytes(path))).toBe(false);
});
