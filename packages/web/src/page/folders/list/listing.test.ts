import { expect, test } from "vitest";
import { columnsOf } from "../../../../test/columns.ts";
import { filterEntries, findByStart } from "./filter-entries.ts";
import { encodedName, type Entry, entryPath, listingOf } from "./listing.ts";
import { siblingsOf } from "./siblings.ts";
import { BY_NAME, nextSort, type Sort, sortEntries } from "./sort-entries.ts";

const names = (entries: readonly Entry[]): string[] => entries.map(({ name }) => name);
const entries = (...all: string[]): readonly Entry[] => listingOf(columnsOf(...all)).entries;

test("entries are in natural order: folders first, numbers by value, without regard to case and accents", () => {
  const sorted = names(entries("b10", "B9", "b010a", "Émile", "emil", "z/", "A/", "9", "b2", "_", "99999999999999999999", "2"));
  expect(sorted).toEqual(["A", "z", "2", "9", "99999999999999999999", "_", "b2", "B9", "b10", "b010a", "emil", "Émile"]);
});

test("a path is made of an entry's exact bytes", () => {
  const [one, two] = listingOf({ ...columnsOf("a\ufffd", "ü b"), exact: new Map([[0, "a%FF"]]) }).entries;
  expect([one, two].map((entry) => entry && encodedName(entry))).toEqual(["a%FF", "%C3%BC%20b"]);
  expect(one && entryPath("x/y", one)).toBe("x/y/a%FF");
});

test.each<[Sort, string[]]>([
  [BY_NAME, ["F", "G", "a.mp4", "b.jpg", "c.mp4"]],
  [{ key: "name", descending: true }, ["G", "F", "c.mp4", "b.jpg", "a.mp4"]],
  [{ key: "size", descending: true }, ["F", "G", "c.mp4", "a.mp4", "b.jpg"]],
  [{ key: "type", descending: false }, ["F", "G", "b.jpg", "a.mp4", "c.mp4"]],
  [{ key: "date", descending: true }, ["G", "F", "c.mp4", "a.mp4", "b.jpg"]],
])("sorted by %j, folders stay first", (sort, expected) => {
  expect(names(sortEntries(entries("F/", "b.jpg", "a.mp4", "G/", "c.mp4"), sort))).toEqual(expected);
});

test("a column's button sorts by it, and then the other way round", () => {
  const size = nextSort(BY_NAME, "size");
  expect(size).toEqual({ key: "size", descending: true });
  expect(nextSort(size, "size")).toEqual({ key: "size", descending: false });
  expect(nextSort(size, "type")).toEqual({ key: "type", descending: false });
});

test("the filter finds each word anywhere in a name, without regard to case and accents", () => {
  const all = entries("Für Elise.mp3", "Elise.txt", "other");
  expect(names(filterEntries(all, " ELISE fur "))).toEqual(["Für Elise.mp3"]);
  expect(filterEntries(all, "  ")).toBe(all);
  expect(filterEntries(all, "none")).toEqual([]);
});

test("a name is found by its first letters, from a row on and then from the start", () => {
  const all = entries("apple", "avocado", "banana");
  expect([findByStart(all, "A", 0), findByStart(all, "a", 1), findByStart(all, "a", 2), findByStart(all, "x", 0)]).toEqual([0, 1, 0, -1]);
});

test("the files before and after one are those that are shown in the same way", () => {
  const all = entries("1.mp4", "2.jpg", "3.mp4", "4.mp4", "5.zip", "6.zip");
  const [first, , third, , zip] = all;
  expect(third && siblingsOf(all, third)).toMatchObject({ previous: { name: "1.mp4" }, next: { name: "4.mp4" }, place: 2, count: 3 });
  expect(first && siblingsOf(all, first)?.previous).toBeUndefined();
  expect(zip && siblingsOf(all, zip)).toBeUndefined();
  expect(siblingsOf(entries("2.jpg"), all[1] as Entry)).toBeUndefined();
});
