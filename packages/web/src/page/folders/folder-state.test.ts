import { expect, test } from "vitest";
import { columnsOf } from "../../../test/columns.ts";
import { crumbs, folderFacts, folderName, listMessage, rowsText } from "./folder-model.ts";
import { type FolderEvent, type FolderState, nextFolderState, selectedEntry, START } from "./folder-state.ts";
import { type Listing, listingOf } from "./list/listing.ts";

const after = (state: FolderState, ...events: FolderEvent[]): FolderState => events.reduce(nextFolderState, state);
const listing = (...names: string[]): Listing => listingOf(columnsOf(...names));
const into = (path: string, ...names: string[]): FolderEvent[] => [
  { type: "go", path },
  { type: "listed", path, listing: listing(...names) },
];
const ROOT = after(START, ...into("", "Season 1/", "Season 2/", "a.mp4", "b.mp4"));
const rows = (state: FolderState): string[] => state.rows.map(({ name }) => name);

test("a folder is loading until it is listed", () => {
  expect(START.phase).toBe("loading");
  expect(ROOT).toMatchObject({ phase: "folder", path: "", selected: -1 });
  expect(rows(ROOT)).toEqual(["Season 1", "Season 2", "a.mp4", "b.mp4"]);
});

test("on the way back, the folder where the viewer was is selected", () => {
  const deep = after(ROOT, ...into("Season%202", "x/"), ...into("Season%202/x", "y.mp4"));
  expect(deep.selected).toBe(-1);
  expect(selectedEntry(after(deep, ...into("", "Season 1/", "Season 2/")))).toMatchObject({ name: "Season 2" });
});

test("on the way back from a file, it is selected, and so it is in a folder that was listed for its sake", () => {
  const [file] = ROOT.rows.filter(({ name }) => name === "b.mp4");
  if (!file) throw new Error("b.mp4 is listed");
  const opened = after(ROOT, { type: "go", path: "b.mp4" }, { type: "file-opened", path: "b.mp4", file });
  expect(opened).toMatchObject({ phase: "file", path: "b.mp4" });
  const back = after(opened, ...into("", "a.mp4", "b.mp4"));
  expect(back).toMatchObject({ phase: "folder" });
  expect(back.file).toBeUndefined();
  expect(selectedEntry(back)?.name).toBe("b.mp4");
});

test("listing a folder again keeps the selection by name, the order and the filter", () => {
  const chosen = after(ROOT, { type: "filter", text: "mp4" }, { type: "sort", key: "name" }, { type: "select", index: 0 });
  expect(selectedEntry(chosen)?.name).toBe("b.mp4");
  const again = after(chosen, ...into("", "Season 1/", "a.mp4", "b.mp4", "c.mp4"));
  expect(rows(again)).toEqual(["c.mp4", "b.mp4", "a.mp4"]);
  expect(selectedEntry(again)?.name).toBe("b.mp4");
});

test("another folder is not filtered, and keeps the order", () => {
  const other = after(ROOT, { type: "sort", key: "name" }, { type: "filter", text: "season" }, ...into("Season%201", "1.mp4", "2.mp4"));
  expect(other.filter).toBe("");
  expect(rows(other)).toEqual(["2.mp4", "1.mp4"]);
});

test("the selection stays within the rows, and follows its entry", () => {
  expect(after(ROOT, { type: "select", index: 99 }).selected).toBe(3);
  const moved = after(ROOT, { type: "select", index: 2 }, { type: "filter", text: "b.mp4" });
  expect(moved.selected).toBe(-1);
  expect(selectedEntry(after(ROOT, { type: "select", index: 3 }, { type: "filter", text: "mp4" }))?.name).toBe("b.mp4");
});

test("a failure is told apart by its reason, and offers a way on", () => {
  const gone = after(ROOT, { type: "go", path: "x" }, { type: "failed", reason: "not-found" });
  expect(listMessage(gone)).toMatchObject({ title: "There is nothing at this address", action: "root" });
  expect(listMessage(after(ROOT, { type: "failed", reason: "unreadable" }))).toMatchObject({ action: "retry" });
  expect(listMessage(after(gone, ...into("", "a")))).toBeUndefined();
});

test("an empty folder, and a filter without a match, say so", () => {
  expect(listMessage(after(START, ...into("")))).toMatchObject({ title: "This folder is empty" });
  const none = after(ROOT, { type: "filter", text: "xyz" });
  expect(listMessage(none)).toMatchObject({ title: "No match", action: "clear" });
  expect(rowsText(none)).toBe("0 of 4 items");
  expect(rowsText(ROOT)).toBe("");
});

test("a folder's content is summed up", () => {
  expect(folderFacts(ROOT)).toBe("2 folders, 2 files");
  expect(folderFacts(after(START, ...into("", "a", "b", "c")))).toBe("3 files · 3\u00a0bytes");
  expect(folderFacts(after(START, ...into("")))).toBe("0 files");
  const skipped = after(START, { type: "listed", path: "", listing: { ...listing("a/"), skipped: 3 } });
  expect(folderFacts(skipped)).toBe("1 folder · 3 items not shared");
});

test("the folders above a place are named, the share first", () => {
  expect(crumbs("My share", "")).toEqual([]);
  expect(crumbs("My share", "a%20b/c/d.mp4")).toEqual([
    { name: "My share", path: "" },
    { name: "a b", path: "a%20b" },
    { name: "c", path: "a%20b/c" },
  ]);
  expect([folderName("My share", ""), folderName("My share", "a/%C3%BC")]).toEqual(["My share", "ü"]);
});
