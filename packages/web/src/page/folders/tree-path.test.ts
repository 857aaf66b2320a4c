import { expect, test } from "vitest";
import { canonicalPath, childPath, lastName, parentPath, pathsTo, textOf } from "./tree-path.ts";

test("a path is taken apart and put together", () => {
  expect(childPath("", "a")).toBe("a");
  expect(childPath("a/b", "c")).toBe("a/b/c");
  expect([parentPath("a/b/c"), parentPath("a"), parentPath("")]).toEqual(["a/b", "", ""]);
  expect([lastName("a/b"), lastName("a")]).toEqual(["b", "a"]);
  expect(pathsTo("a/b/c")).toEqual(["a", "a/b", "a/b/c"]);
  expect(pathsTo("")).toEqual([]);
});

test("a name is shown as text, whatever its bytes are", () => {
  expect(textOf("F%C3%BCr%20%F0%9F%8E%89")).toBe("Für 🎉");
  expect(textOf("a%FFb")).toBe("a\ufffdb");
});

test.each([
  ["a%20b/%c3%bc.mp4", "a%20b/%C3%BC.mp4"],
  ["%61/b%2E", "a/b."],
  ["", ""],
  ["a%28b%29", "a(b)"],
])("the path %s is written as %s", (path, expected) => {
  expect(canonicalPath(path)).toBe(expected);
});

test.each(["../x", "a/..", "a/./b", "%2e%2e/x", "/a", "a//list", "a/", "a%2Fb", "a%00", "x".repeat(4097)])(
  "%s is no file's path",
  (path) => {
    expect(canonicalPath(path)).toBeUndefined();
  },
);
