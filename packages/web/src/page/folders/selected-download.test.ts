import { expect, test } from "vitest";
import { columnsOf } from "../../../test/columns.ts";
import { type FolderState, nextFolderState, START } from "./folder-state.ts";
import { listingOf } from "./list/listing.ts";
import { folderDownload } from "./selected-download.ts";

function selected(path: string, names: readonly string[], indexes: readonly number[]): FolderState {
  const listed = nextFolderState(START, { type: "listed", path, listing: listingOf(columnsOf(...names)) });
  return indexes.reduce((state, index) => nextFolderState(state, { type: "toggle", index }), listed);
}
const NAMES = ["Für/", "a b,c.mp4", "d%.mp4"];

test.each<[string, string, number[], string, string]>([
  ["nothing: the whole folder", "x", [], "x//zip", "Download as zip"],
  ["everything: the whole folder", "", [0, 1, 2], "//zip", "Download as zip"],
  ["one file: the file", "x", [1], "x/a%20b%2Cc.mp4", "Download the selected file"],
  ["one folder: a zip of it", "x", [0], "x//zip/F%25C3%25BCr", "Download 1 as zip"],
  ["two", "a%20b", [1, 2], "a%20b//zip/a%2520b%252Cc.mp4%2Cd%2525.mp4", "Download 2 as zip"],
])("of %s", (_what, path, indexes, expected, label) => {
  expect(folderDownload(selected(path, NAMES, indexes))).toEqual({ path: expected, label });
});

test("nothing can be saved before the folder is known, and no zip of more names than a path has room for", () => {
  expect(folderDownload(START)).toBeUndefined();
  const names = Array.from({ length: 400 }, (_value, index) => `IMG_${index}.jpg`);
  expect(folderDownload(selected("", names, [...names.keys()].slice(1)))).toBeUndefined();
});
