import { createHash } from "node:crypto";
import { readdir, stat, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { FileCrcStore, memoryCrcStore } from "./crc-store.ts";
import { CrcTable } from "./crc-table.ts";

const keyOf = (number: number): Buffer => createHash("sha256").update(String(number)).digest().subarray(0, 16);

function tableOf(...numbers: number[]): CrcTable {
  const table = new CrcTable();
  for (const number of numbers) table.set(keyOf(number), { bytes: number + 1, crc: number });
  return table;
}

test("a table finds thousands of keys, and keeps the longer prefix of one", () => {
  const table = tableOf(...Array.from({ length: 5000 }, (_, index) => index));
  expect(table.count).toBe(5000);
  for (const number of [0, 1, 255, 256, 4999]) expect(table.get(keyOf(number))).toEqual({ bytes: number + 1, crc: number });
  expect(table.get(keyOf(5000))).toBeUndefined();
  table.set(keyOf(100), { bytes: 5, crc: 9 });
  expect(table.get(keyOf(100))).toEqual({ bytes: 101, crc: 100 });
  table.set(keyOf(100), { bytes: 2 ** 40, crc: 0xffffffff });
  expect([table.get(keyOf(100)), table.count]).toEqual([{ bytes: 2 ** 40, crc: 0xffffffff }, 5000]);
});

describe("X-19: the store of CRCs", () => {
  test("keeps them for later processes, in files that only their owner may read", async () => {
    const folder = `${await temporaryFolder()}/crcs`;
    expect((await new FileCrcStore(folder).load()).count).toBe(0);
    await new FileCrcStore(folder).save(tableOf(1, 2));
    await new FileCrcStore(folder).save(tableOf(3));
    const loaded = await new FileCrcStore(folder).load();
    expect([1, 2, 3, 4].map((number) => loaded.get(keyOf(number))?.crc)).toEqual([1, 2, 3, undefined]);
    const files = await readdir(folder);
    const modes = await Promise.all(files.map(async (file) => (await stat(`${folder}/${file}`)).mode & 0o777));
    if (process.platform !== "win32") expect(modes).toEqual([0o600, 0o600]);
  });

  test("writes nothing for nothing", async () => {
    const folder = `${await temporaryFolder()}/crcs`;
    await new FileCrcStore(folder).save(new CrcTable());
    await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("merges its files, and keeps a limited number, the newest ones", async () => {
    const folder = await temporaryFolder();
    const store = new FileCrcStore(folder, 10);
    for (let number = 0; number < 40; number += 1) await store.save(tableOf(number));
    expect((await readdir(folder)).length).toBeLessThan(32);
    const loaded = await store.load();
    expect(loaded.count).toBe(10);
    expect(loaded.get(keyOf(39))?.crc).toBe(39);
    expect(loaded.get(keyOf(0))).toBeUndefined();
  });

  test("ignores a file that is damaged, cut off or not its own", async () => {
    const folder = await temporaryFolder();
    const store = new FileCrcStore(folder);
    await store.save(tableOf(1));
    await writeFile(`${folder}/1.crcs`, "RCZIPCRC1\nnot the rest of it");
    await writeFile(`${folder}/2.crcs`, "");
    await writeFile(`${folder}/other`, "x");
    const loaded = await store.load();
    expect([loaded.count, loaded.get(keyOf(1))?.crc]).toEqual([1, 1]);
  });

  test("in memory forgets when it is full", async () => {
    const store = memoryCrcStore(3);
    await store.save(tableOf(1, 2));
    await store.save(tableOf(3));
    expect((await store.load()).count).toBe(3);
    await store.save(tableOf(4));
    expect((await store.load()).count).toBe(1);
  });
});
