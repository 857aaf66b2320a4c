import { expect, test } from "vitest";
import { folderColumns } from "./folder-columns.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a list becomes columns, and only names that are not UTF-8 keep their exact bytes", () => {
  const columns = folderColumns({
    entries: [
      { name: bytes("Für Elise.mp3"), kind: "file", size: 5, modifiedMs: 1000 },
      { name: Uint8Array.of(0x61, 0xff, 0x2e), kind: "file", size: 6, modifiedMs: 2000 },
      { name: bytes("\ufeffb"), kind: "folder", size: 0, modifiedMs: 3000 },
    ],
    skipped: 4,
  });
  expect(columns).toEqual({
    names: ["Für Elise.mp3", "a\ufffd.", "\ufeffb"],
    exact: new Map([[1, "a%FF."]]),
    folders: Uint8Array.of(0, 0, 1),
    sizes: Float64Array.of(5, 6, 0),
    times: Float64Array.of(1000, 2000, 3000),
    skipped: 4,
  });
});
