import { expect, test } from "vitest";
import { columnsOf } from "../../../test/columns.ts";
import { crumbs, folderFacts, folderName, listMessage, rowsText } from "./folder-model.ts";
import { type FolderEvent, type FolderState, nextFolderState, currentEntry, START } from "./folder-state.ts";
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
  expect(ROOT).toMatchObject({ phase: "folder", path: "", current: -1 });
  expect(rows(ROOT)).toEqual(["Season 1", "Season 2", "a.mp4", "b.mp4"]);
});

test("on the way back, the folder where the viewer was is the current row", () => {
  const deep = after(ROOT, ...into("Season%202", "x/"), ...into("Season%202/x", "y.mp4"));
  expect(deep.current).toBe(-1);
  expect(currentEntry(after(deep, ...into("", "Season 1/", "Season 2/")))).toMatchObject({ name: "Season 2" });
});

test("on the way back from a file, it is current, and so it is in a folder that was listed for its sake", () => {
  const [file] = ROOT.rows.filter(({ name }) => name === "b.mp4");
  if (!file) throw new Error("b.mp4 is listed");
  const opened = after(ROOT, { type: "go", path: "b.mp4" }, { type: "file-opened", path: "b.mp4", file, enlarge: true });
  expect(opened).toMatchObject({ phase: "file", path: "b.mp4" });
  const back = after(opened, ...into("", "a.mp4", "b.mp4"));
  expect(back).toMatchObject({ phase: "folder" });
  expect(back.file).toBeUndefined();
  expect(currentEntry(back)?.name).toBe("b.mp4");
});

test("listing a folder again keeps the current row by name, the order and the filter", () => {
  const chosen = after(ROOT, { type: "filter", text: "mp4" }, { type: "sort", key: "name" }, { type: "move", index: 0 });
  expect(currentEntry(chosen)?.name).toBe("b.mp4");
  const again = after(chosen, ...into("", "Season 1/", "a.mp4", "b.mp4", "c.mp4"));
  expect(rows(again)).toEqual(["c.mp4", "b.mp4", "a.mp4"]);
  expect(currentEntry(again)?.name).toBe("b.mp4");
});

test("another folder is not filtered, and keeps the order", () => {
  const other = after(ROOT, { type: "sort", key: "name" }, { type: "filter", text: "season" }, ...into("Season%201", "1.mp4", "2.mp4"));
  expect(other.filter).toBe("");
  expect(rows(other)).toEqual(["2.mp4", "1.mp4"]);
});

test("the current row stays within the rows, and follows its entry", () => {
  expect(after(ROOT, { type: "move", index: 99 }).current).toBe(3);
  const moved = after(ROOT, { type: "move", index: 2 }, { type: "filter", text: "b.mp4" });
  expect(moved.current).toBe(-1);
  expect(currentEntry(after(ROOT, { type: "move", index: 3 }, { type: "filter", text: "mp4" }))?.name).toBe("b.mp4");
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

test("what is selected stays so when the folder is listed again, sorted or filtered, and not in another folder", () => {
  const selected = after(ROOT, { type: "toggle", index: 2 }, { type: "extend", index: 3 });
  const names = ({ selection }: FolderState): string[] => [...selection.names];
  expect(selected.current).toBe(3);
  expect(names(after(selected, { type: "sort", key: "name" }, { type: "filter", text: "x" }))).toEqual(["a.mp4", "b.mp4"]);
  expect(names(after(selected, ...into("", "Season 1/", "b.mp4")))).toEqual(["b.mp4"]);
  expect(names(after(selected, ...into("Season%201", "a.mp4")))).toEqual([]);
  expect(names(after(selected, { type: "select-none" }))).toEqual([]);
  expect(names(after(ROOT, { type: "filter", text: "season" }, { type: "select-all" }))).toEqual(["Season%201", "Season%202"]);
  expect(after(ROOT, { type: "toggle", index: 9 })).toBe(ROOT);
});

test("a folder of pictures is laid out as a grid, until the viewer chooses", () => {
  const pictures = after(ROOT, ...into("p", "1.jpg", "2.jpg", "3.png", "a.txt"));
  expect([ROOT.layout, pictures.layout, after(pictures, ...into("", "a.mp4")).layout]).toEqual(["list", "grid", "list"]);
  const chosen = after(pictures, { type: "layout", layout: "list" });
  expect(after(chosen, ...into("", "a.mp4"), ...into("p", "1.jpg", "2.jpg", "3.png")).layout).toBe("list");
});

test("a picture that was opened from the list is enlarged, until the viewer is back; nothing else is", () => {
  const pictures = after(ROOT, ...into("p", "1.jpg", "a.txt"));
  const [text, picture] = [pictures.rows[1], pictures.rows[0]];
  if (!text || !picture) throw new Error("both are listed");
  const opened = after(pictures, { type: "go", path: "p/1.jpg" }, { type: "file-opened", path: "p/1.jpg", file: picture, enlarge: true });
  expect(opened.enlarged).toBe(true);
  expect(after(opened, { type: "enlarge", enlarged: false }).enlarged).toBe(false);
  expect(after(opened, ...into("p", "1.jpg", "a.txt")).enlarged).toBe(false);
  expect(after(opened, { type: "file-opened", path: "p/a.txt", file: text, enlarge: true }).enlarged).toBe(false);
});
