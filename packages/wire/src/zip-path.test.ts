import { expect, test } from "vitest";
import { readMadePath } from "./folder-path.ts";
import { readZipKind, zipSelectionPath } from "./zip-path.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (path: Uint8Array | undefined): string | undefined => path && String.fromCharCode(...path);
const names = (kind: string): unknown => {
  const found = readZipKind(bytes(kind));
  return Array.isArray(found) ? found.map(text) : found;
};

test.each<[string, string[], string]>([
  ["", ["a.mp4"], "//zip/a.mp4"],
  ["Season 1", ["e1.mp4", "e2 (cut).mp4"], "Season 1//zip/e1.mp4,e2%20(cut).mp4"],
  ["\xff", ["a,b", "100%", "caf\xe9", "\n"], "\xff//zip/a%2Cb,100%25,caf%E9,%0A"],
])("X-18: entries of %j are selected in the path of their zip: %j", (folder, selected, path) => {
  expect(text(zipSelectionPath(bytes(folder), selected.map(bytes)))).toBe(path);
  const made = readMadePath(bytes(path));
  expect(made && [text(made.folder), names(text(made.kind) ?? "")]).toEqual([folder, selected]);
});

test("X-18: a selection that is empty, or whose path is longer than an OPEN may have, has no path", () => {
  expect(zipSelectionPath(bytes("a"), [])).toBeUndefined();
  const fits = "n".repeat(4096 - "a//zip/".length);
  expect(zipSelectionPath(bytes("a"), [bytes(fits)])?.byteLength).toBe(4096);
  expect(zipSelectionPath(bytes("a"), [bytes(`${fits}n`)])).toBeUndefined();
});

test.each<[string, unknown]>([
  ["zip", "all"],
  ["zip/a,%2e%2E%2e", ["a", "..."]],
  ["list", undefined],
  ["zip/", undefined],
  ["zip/a,", undefined],
  ["zip/a,,b", undefined],
  ["zip/a b", undefined],
  ["zip/a%2", undefined],
  ["zip/%zz", undefined],
  ["zip/a/b", undefined],
  ["zip/a%2Fb", undefined],
  ["zip/%00", undefined],
  ["zip/..", undefined],
  ["zip/%2E", undefined],
  ["zips", undefined],
])("X-18: the kind %j selects %j", (kind, expected) => {
  expect(names(kind)).toEqual(expected);
});
