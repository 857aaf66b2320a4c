import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryFolder, openPrivateFolder } from "../identity/private-folder.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { DownloadLog } from "./download-log.ts";

test("downloads are on the disk when they are counted, and are counted again by a later process", async () => {
  const path = await temporaryFolder();
  const folder = await openPrivateFolder(path);
  const log = await DownloadLog.open(folder, "log");
  await log.add({ path: "a", whole: 1 });
  expect(await readFile(join(path, "log"), "utf8")).toContain('{"path":"a","whole":1}');
  await Promise.all([log.add({ path: "a", whole: 1 }), log.add({ path: "b", part: 0.4 }), log.add({ path: "b", part: 0.6 })]);
  const later = await DownloadLog.open(folder, "log");
  for (const each of [log, later]) expect([each.taken("a"), each.taken("b"), each.taken("c"), each.whole]).toEqual([2, 1, 0, 2]);
});

test("many downloads at once are few writes", async () => {
  let writes = 0;
  const folder = memoryFolder();
  const log = await DownloadLog.open({ ...folder, append: (...args) => ((writes += 1), folder.append(...args)) }, "log");
  await Promise.all(Array.from({ length: 100 }, (_, index) => log.add({ path: String(index), whole: 1 })));
  expect(writes).toBeLessThan(4);
  expect((await DownloadLog.open(folder, "log")).whole).toBe(100);
});

test("a line that a crash cut off, and what is no entry, is skipped", async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, "log"), '\n{"path":"a","whole":1}\n\n{"path":"a","who');
  const folder = await openPrivateFolder(path);
  const log = await DownloadLog.open(folder, "log");
  await log.add({ path: "a", whole: 1 });
  await writeFile(join(path, "log"), '\n[]\n{"path":1,"whole":1}\n{"path":"a","part":-1}\n{"path":"a","part":2}\n', { flag: "a" });
  expect((await DownloadLog.open(folder, "log")).taken("a")).toBe(2);
});
