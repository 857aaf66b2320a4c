import { rm } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { fill } from "../testing/folder-bench.ts";
import { statEach } from "./stat-entries.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const { signal } = new AbortController();
const NAMES = Array.from({ length: 300 }, (_, index) => `file ${index}`);

async function statAll(folder: string): Promise<Map<string, number | undefined>> {
  const found = new Map<string, number | undefined>();
  const names = NAMES.map((name) => Buffer.from(name));
  await statEach(Buffer.from(folder), names, (name, stats) => found.set(name.toString(), stats && Number(stats.size)), signal);
  return found;
}

test.each([
  ["at once", 0],
  ["slowly", 100],
])("every name is asked for once, if the system answers %s", async (_, stepMs) => {
  const folder = await temporaryFolder();
  await fill(folder, NAMES);
  await rm(`${folder}/file 7`);
  let nowMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (nowMs += stepMs));
  onTestFinished(() => clock.mockRestore());
  const found = await statAll(folder);
  expect(found).toEqual(new Map(NAMES.map((name) => [name, name === "file 7" ? undefined : name.length])));
});

test("nothing more is asked for after an abort", async () => {
  const asked: string[] = [];
  const reason = new Error("cancelled");
  const names = NAMES.map((name) => Buffer.from(name));
  const canceller = new AbortController();
  const take = (name: Buffer): void => {
    asked.push(name.toString());
    canceller.abort(reason);
  };
  await expect(statEach(Buffer.from("/"), names, take, canceller.signal)).rejects.toBe(reason);
  expect(asked.length).toBeLessThan(NAMES.length);
});
