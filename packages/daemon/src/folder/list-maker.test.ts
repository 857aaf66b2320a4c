import { decodeList, MAX_PATH_BYTES } from "@rangecast/wire";
import { expect, test } from "vitest";
import type { Resource } from "../resources/resource.ts";
import { ListMaker, type ListSource, listEntry } from "./list-maker.ts";

const { signal } = new AbortController();
const NAME_BYTES = 250;

function source(entries: number, path = ""): ListSource {
  const version = { size: 1n, modifiedNs: 1_600_000_000_250_000_000n };
  const names = Array.from({ length: entries }, (_, index) => Buffer.from(String(index).padStart(NAME_BYTES, "n")));
  return {
    path: Buffer.from(path),
    modifiedMs: 0,
    list: { entries: names.map((name) => listEntry({ name, kind: "file", version })), skipped: 0 },
  };
}
const make = (lists: ListMaker, entries: number): Promise<Resource> => lists.make(() => Promise.resolve(source(entries)), signal);

test("X-15: lists that are open take no more than a limit, and closing one frees its memory", async () => {
  const entries = 10;
  const lists = new ListMaker(3 * entries * NAME_BYTES);
  const open = [await make(lists, entries), await make(lists, entries)];
  expect(lists.openBytes).toBe(open.reduce((sum, { size }) => sum + size, 0));
  await expect(make(lists, entries)).rejects.toMatchObject({ reason: "busy" });
  await expect(make(lists, 3 * entries)).rejects.toMatchObject({ reason: "unreadable" });
  await open[0]?.close();
  await open[0]?.close();
  expect(lists.openBytes).toBe(open[1]?.size);
  expect((await open[0]?.read(0, new Uint8Array(10)))?.bytes).toBe(0);
  await (await make(lists, entries)).close();
});

test("entries whose path is too long to be opened are skipped", async () => {
  const lists = new ListMaker();
  const list = await lists.make(() => Promise.resolve(source(2, "d".repeat(MAX_PATH_BYTES - NAME_BYTES))), signal);
  const bytes = new Uint8Array(list.size);
  await list.read(0, bytes);
  expect(decodeList(bytes)).toEqual({ entries: [], skipped: 2 });
});

test("a list that nobody waits for any more is not made", async () => {
  const lists = new ListMaker();
  const reason = new Error("cancelled");
  await expect(lists.make(() => Promise.reject(new Error("read")), AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(lists.openBytes).toBe(0);
});
