import { expect, test } from "vitest";
import { archiveOf } from "../../testing/archive-of.ts";
import { contentBytes, type ListedFile, readEntries } from "./zip-entries.ts";

const file = (name: string, text: string, modifiedMs = 1_700_000_000_123): ListedFile & { bytes: Buffer } => ({
  name: Buffer.from(name),
  size: Buffer.byteLength(text),
  modifiedMs,
  bytes: Buffer.from(text),
});

const FILES = [
  file("a.txt", "a"),
  file("empty", ""),
  file("Ärger", "x".repeat(70_000)),
  file("old", "1969", -1000),
  file("late", "2040", 2 ** 41),
];

test("each file has its own bytes", () => {
  const archive = archiveOf(FILES);
  expect(contentBytes(FILES)).toBe(archive.byteLength);
  expect(readEntries(archive, FILES).map((bytes) => Buffer.from(bytes).toString())).toEqual(FILES.map(({ bytes }) => bytes.toString()));
});

test.each<[string, Partial<ListedFile>]>([
  ["name", { name: Buffer.from("b.txt") }],
  ["size", { size: 2 }],
  ["time", { modifiedMs: 1_700_000_001_000 }],
])("a file of another %s is not taken", (_what, other) => {
  const [first = file("", ""), ...rest] = FILES;
  expect(() => readEntries(archiveOf(FILES), [{ ...first, ...other }, ...rest])).toThrow(expect.objectContaining({ reason: "mismatch" }));
});

test("a damaged byte is noticed", () => {
  const archive = archiveOf(FILES);
  const at = archive.indexOf("xxx");
  archive[at] = 0x79;
  expect(() => readEntries(archive, FILES)).toThrow("is damaged");
});
