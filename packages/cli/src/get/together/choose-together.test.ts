import { expect, test } from "vitest";
import { mayBeTogether, Together } from "./choose-together.ts";

const entry = (name: string | Buffer, size = 1): { name: Buffer; size: number; kind: "file"; modifiedMs: number } => ({
  name: Buffer.from(name),
  size,
  kind: "file",
  modifiedMs: 0,
});

test.each([
  ["a.txt", 0],
  ["Amélie.txt", 65_536],
])("%j of %i bytes may be together with others", (name, size) => {
  expect(mayBeTogether(entry(name, size))).toBe(true);
});

test.each([
  ["a large file", entry("a", 65_537)],
  ["a name that an archive can't hold", entry(Buffer.from("caf\xe9", "latin1"))],
  ["a name with a backslash", entry("a\\b")],
  ["a folder", { ...entry("a", 0), kind: "folder" as const }],
])("%s may not", (_what, given) => {
  expect(mayBeTogether(given)).toBe(false);
});

test("files are added until their bytes, or their names in the path, are too many", () => {
  const small = new Together(Buffer.from("Season 1"));
  expect(small.path()).toBeUndefined();
  let added = 0;
  while (small.add(entry(`file ${added}`))) added += 1;
  expect(added).toBeGreaterThan(200);
  expect(small.path()?.byteLength).toBeLessThanOrEqual(4096);
  expect(small.path()?.byteLength).toBeGreaterThan(4080);
  const large = new Together(Buffer.alloc(0));
  expect(Array.from({ length: 9 }, (_, index) => large.add(entry(`${index}`, 65_536)))).toEqual([...Array<boolean>(8).fill(true), false]);
});
