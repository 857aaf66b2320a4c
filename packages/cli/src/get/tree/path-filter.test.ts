import { expect, test } from "vitest";
import { createFilter, type FilterFlags } from "./path-filter.ts";

const kept = (flags: FilterFlags, paths: readonly string[]): string[] => {
  const filter = createFilter(flags);
  return paths.filter((path) => !filter.excludes(Buffer.from(path)) && filter.includes(Buffer.from(path)));
};

test("no patterns keep everything", () => {
  expect(kept({}, ["a", "a/b"])).toEqual(["a", "a/b"]);
});

test("a name is left out in any folder, ./name at the top only, as with share", () => {
  expect(kept({ exclude: ["x"] }, ["x", "a/x", "y"])).toEqual(["y"]);
  expect(kept({ exclude: ["./x"] }, ["x", "a/x", "y"])).toEqual(["a/x", "y"]);
});

test("what is included may still be left out", () => {
  expect(kept({ include: ["*.mp4"], exclude: ["Extras/*"] }, ["a.mp4", "Extras/b.mp4", "c.srt"])).toEqual(["a.mp4"]);
});
