import { link, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { expect, it } from "vitest";
import { partName } from "../save/part-name.ts";
import { thisProcess } from "../save/part-owner.ts";
import { closeParts, openParts, PARTS_FOLDER, partOf } from "./parts-folder.ts";

const USEFUL_BYTES = 100;
/** A process that does not exist: above the highest process id of any system. */
const DEAD = { ...thisProcess(), pid: 2 ** 31 - 1, start: "1" };

it("keeps what can be continued, and removes what a killed process left", async () => {
  const target = await temporaryFolder();
  const folder = await openParts(target, USEFUL_BYTES);
  const put = async (path: string, bytes: number, owner?: typeof DEAD): Promise<string> => {
    const { name, key } = partOf("share", Buffer.from(path), { etag: '"1"', size: 1000 });
    const file = partName(name, key, owner);
    await writeFile(join(folder, file), "");
    await truncate(join(folder, file), bytes);
    return file;
  };
  const kept = [await put("long", 200, DEAD), await put("released", 50), await put("alive", 50, thisProcess())];
  await put("short", 50, DEAD);
  const published = await put("published", 200, DEAD);
  await link(join(folder, published), join(target, "published"));
  await writeFile(join(folder, "mine.txt"), "");
  expect(await openParts(target, USEFUL_BYTES)).toBe(folder);
  expect((await readdir(folder)).toSorted()).toEqual([...kept, "mine.txt"].toSorted());
});

it("is removed when nothing is left to continue", async () => {
  const target = await temporaryFolder();
  const folder = await openParts(target, USEFUL_BYTES);
  await writeFile(join(folder, "x"), "");
  await closeParts(folder);
  expect(await readdir(target)).toEqual([PARTS_FOLDER]);
  const other = await temporaryFolder();
  await closeParts(await openParts(other, USEFUL_BYTES));
  expect(await readdir(other)).toEqual([]);
});
