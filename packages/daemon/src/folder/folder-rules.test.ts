import { expect, test } from "vitest";
import { type FolderOptions, FolderRules } from "./folder-rules.ts";

const shows = (path: string, options: FolderOptions): boolean => new FolderRules(options).shows(Buffer.from(path, "latin1"));

test.each<[string, string]>([
  ["*.part", "a.part"],
  ["*.part", "x/y/a.part"],
  ["*.part", "x.part/y/a"],
  ["*.part", "A.PART"],
  ["*.part", ".part"],
  ["node_modules", "a/node_modules/b"],
  ["node_modules/", "a/node_modules"],
  ["/drafts", "drafts/a"],
  ["./drafts/", "drafts"],
  ["a/*.srt", "a/b.srt"],
  ["a/**", "a/b/c"],
  ["**/b/c", "a/b/c"],
  ["b/**/c", "b/c"],
  ["caf?", "caf\xe9"],
  ["*", "\xff"],
  ["{a,b}.mp4", "x/b.mp4"],
  ["[ab].mp4", "a.mp4"],
  ["!a", "!a"],
  ["a b", "a b"],
])("%j leaves out %j", (pattern, path) => {
  expect(shows(path, { exclude: [pattern], all: true })).toBe(false);
});

test.each<[string, string]>([
  ["*.part", "a.part.mp4"],
  ["/drafts", "a/drafts"],
  ["a/*.srt", "b/a/b.srt"],
  ["a/*.srt", "a/b/c.srt"],
  ["!a", "b"],
  ["", "a"],
  ["/", "a"],
])("%j doesn't leave out %j", (pattern, path) => {
  expect(shows(path, { exclude: [pattern], all: true })).toBe(true);
});

test("hidden names, and what is in hidden folders, are left out unless all is asked for", () => {
  expect(["a", ".a", "a/.b", ".a/b", "a.b"].map((path) => shows(path, {}))).toEqual([true, false, false, false, true]);
  expect([".a", "a/.b", ".a/b"].map((path) => shows(path, { all: true }))).toEqual([true, true, true]);
});

test("the shared folder itself can't be left out", () => {
  expect(shows("", { exclude: ["*", "**", "/"] })).toBe(true);
});
