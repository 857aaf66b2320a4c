import { expect, test } from "vitest";
import { archiveNames } from "./archive-names.ts";

const namesIn = (...names: string[]): string[] => {
  const bytes = names.map((name) => Buffer.from(name, "latin1"));
  const renamed = archiveNames(bytes);
  return bytes.map((name, index) => (renamed[index] ?? name).toString());
};

test.each([
  ["caf\xe9.mp4", "caf%E9.mp4"],
  ["\xff\xfe", "%FF%FE"],
  ["..\\..\\a", "..%5C..%5Ca"],
  ["\xc3\xa4\xe9", "ä%E9"],
  ["\xed\xa0\x80", "%ED%A0%80"],
  ["\xf0\x9f\x98\x80\xf0", "😀%F0"],
])("X-18: %j has the name %s in an archive", (name, archived) => {
  expect(namesIn(name)).toEqual([archived]);
});

test("X-18: names in UTF-8 stay as they are, also those that look like others", () => {
  expect(namesIn("a", "caf%E9", "\xef\xbb\xbfx", ":*?", "a\nb")).toEqual(["a", "caf%E9", "\uFEFFx", ":*?", "a\nb"]);
});

test("X-18: names that fall together are told apart, and a name that can stay does", () => {
  expect(namesIn("caf\xe9.mp4", "caf%E9.mp4", "caf%E9 (2).mp4")).toEqual(["caf%E9 (3).mp4", "caf%E9.mp4", "caf%E9 (2).mp4"]);
  expect(namesIn("\\", "%5C", ".\xff", ".%FF")).toEqual(["%5C (2)", "%5C", ".%FF (2)", ".%FF"]);
});
