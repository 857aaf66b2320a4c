import type { ReadOptions } from "@rangecast/client";
import { describe, expect, test, vi } from "vitest";
import { createFakeFile } from "../../../test/fake-file.ts";
import { createFakeRemote, fakeBytes, type FakeRemote } from "../../../test/fake-remote.ts";
import { BlockCache } from "./block-cache.ts";
import { readRange } from "./read-range.ts";
import type { EngineFile } from "../connect.ts";

function serving(file: Pick<EngineFile, "stream">) {
  const version = { stream: (options: ReadOptions) => file.stream({ ...options, version: "1" }), cache: new BlockCache() };
  const read = (start: number, end: number, { remember = false, signal = new AbortController().signal } = {}) =>
    collect(readRange(version, { range: { start, end }, remember, signal }));
  return { version, read };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of chunks) pieces.push(bytes);
  return Buffer.concat(pieces);
}

const same = (actual: Buffer, start: number, end: number, seed = 0): boolean => actual.equals(fakeBytes(start, end, seed));

test("reads exactly the range, of the version that is served", async () => {
  const remote = createFakeRemote();
  const stream = vi.spyOn(remote, "stream");
  expect(same(await serving(remote).read(1000, 100_000), 1000, 100_000)).toBe(true);
  expect(stream).toHaveBeenCalledWith(expect.objectContaining({ start: 1000, end: 100_000, version: "1", priority: "background" }));
});

test.each(["closed", "host-stopped", "file-changed", "file-gone", "unreadable"] as const)(
  "fails with the client's own error (%s)",
  async (reason) => {
    const remote = createFakeRemote();
    remote.failAt(10, reason);
    await expect(serving(remote).read(0, 100)).rejects.toMatchObject({ name: "ClientError", reason });
  },
);

test("a stream that ends short is an error, not an end", async () => {
  const remote = createFakeRemote();
  remote.stopAt(60);
  await expect(serving(remote).read(0, 100)).rejects.toThrow("ended at byte 60 of 100");
});

test("aborting cancels the host's stream at once, also while it stalls", async () => {
  const remote = createFakeRemote();
  remote.stallAt(50);
  const abort = new AbortController();
  const all = serving(remote).read(0, 100, { signal: abort.signal });
  await vi.waitFor(() => expect(remote.streams).toMatchObject([{ sent: 50, state: "open" }]));
  abort.abort(new Error("enough"));
  await expect(all).rejects.toThrow("enough");
  expect(remote.streams).toMatchObject([{ state: "cancelled" }]);
});

describe("when the connection is lost in the middle", () => {
  async function losing(next: FakeRemote) {
    const first = createFakeRemote(next.provisional === true ? { provisional: true } : {});
    first.stallAt(50_000);
    const remotes = [first, next];
    const closing = new AbortController();
    const file = createFakeFile(async () => remotes.shift() ?? Promise.reject(new Error("no third")), { signal: closing.signal });
    return { first, read: serving(file).read, closing };
  }

  test("continues with the next one at the same byte", async () => {
    const second = createFakeRemote();
    const { first, read, closing } = await losing(second);
    const all = read(1000, 100_000);
    await vi.waitFor(() => expect(first.streams).toMatchObject([{ sent: 49_000 }]));
    first.disconnect("closed");
    expect(same(await all, 1000, 100_000)).toBe(true);
    expect(second.streams).toMatchObject([{ start: 50_000, end: 100_000 }]);
    closing.abort();
  });

  test.each([
    ["another version", { etag: "v2" }],
    ["another size", { size: 2_999_999 }],
    ["no validator", { etag: undefined }],
    ["a provisional size (C-17)", { provisional: true as const }],
  ])("never mixes: fails as changed when the next one has %s", async (_name, next) => {
    const second = createFakeRemote({ ...next, seed: 1 });
    const { first, read, closing } = await losing(second);
    const failed = expect(read(0, second.provisional === true ? Infinity : 100_000)).rejects.toMatchObject({ reason: "file-changed" });
    await vi.waitFor(() => expect(first.streams).toMatchObject([{ sent: 50_000 }]));
    first.disconnect("closed");
    await failed;
    expect(second.streams).toEqual([]);
    closing.abort();
  });
});

describe("bytes that a player has just read", () => {
  test("come from memory, and only the rest is requested from the host", async () => {
    const remote = createFakeRemote();
    const { read } = serving(remote);
    await read(1000, 50_000, { remember: true });
    expect(same(await read(2000, 60_000), 2000, 60_000)).toBe(true);
    expect(remote.streams.map(({ start, end }) => [start, end])).toEqual([
      [1000, 50_000],
      [50_000, 60_000],
    ]);
  });

  test("come only from memory if all of them are there", async () => {
    const remote = createFakeRemote();
    const { read } = serving(remote);
    await read(1000, 50_000, { remember: true });
    expect(same(await read(2000, 50_000), 2000, 50_000)).toBe(true);
    expect(remote.streams).toHaveLength(1);
  });

  test("are not kept for a download", async () => {
    const remote = createFakeRemote();
    const { read } = serving(remote);
    await read(0, 1000);
    await read(0, 1000);
    expect(remote.streams).toHaveLength(2);
  });
});

test("C-17: an open-ended range goes to the file's end, asks the host for no length, and keeps nothing", async () => {
  const remote = createFakeRemote({ provisional: true, size: 100_000 });
  const { read, version } = serving(remote);
  expect(same(await read(0, Infinity, { remember: true }), 0, 100_000)).toBe(true);
  expect(same(await read(0, Infinity, { remember: true }), 0, 100_000)).toBe(true);
  expect(remote.streams).toHaveLength(2);
  expect(version.cache.take(0, 100_000)).toEqual([]);
});
