import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareWith, countWrong, countWrongInFile } from "./count-wrong.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-count-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

describe("wrong bytes", () => {
  it.each([
    ["none for equal bytes", "abcdef", "abcdef", 0],
    ["each byte that differs", "abXdeY", "abcdef", 2],
    ["missing bytes", "abc", "abcdef", 3],
    ["excess bytes", "abcdefgh", "abcdef", 2],
    ["all if nothing arrived", "", "abcdef", 6],
  ])("are %s", async (_what, got, wanted, wrong) => {
    expect(countWrong(Buffer.from(got), Buffer.from(wanted))).toBe(wrong);
    expect(await countWrongInFile(await file("got", got), await file("wanted", wanted))).toBe(wrong);
  });
});

it("compares in pieces, and counts missing bytes separately from wrong ones", async () => {
  const comparison = await compareWith(await file("wanted", "abcdefgh"));
  for (const piece of ["ab", "cX", "ef"]) await comparison.take(Buffer.from(piece));
  expect([comparison.bytes, comparison.wrong, await comparison.missing()]).toEqual([6, 1, 2]);
  await comparison.close();
});
