import { describe, expect, test, vi } from "vitest";
import { createFakeRemote, fakeBytes, type FakeRemote } from "../../../test/fake-remote.ts";
import { createFileHolder } from "./file-holder.ts";
import { readFile } from "./read-file.ts";

function holding(remote: FakeRemote) {
  const holder = createFileHolder();
  const version = holder.connected(remote);
  const read = (start: number, end: number, options: { remember?: boolean; signal?: AbortSignal } = {}) =>
    readFile({ holder, version, range: { start, end }, remember: false, signal: new AbortController().signal, ...options });
  return { holder, version, read };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of chunks) pieces.push(bytes);
  return Buffer.concat(pieces);
}

const same = (actual: Buffer, start: number, end: number, seed = 0): boolean => actual.equals(fakeBytes(start, end, seed));

test("reads exactly the range", async () => {
  const { read } = holding(createFakeRemote());
  expect(same(await collect(read(1000, 100_000)), 1000, 100_000)).toBe(true);
});

describe("when the connection is lost in the middle", () => {
  test.each(["closed", "timeout", "no-connection", "host-stopped"])("(%s) goes on with the next one at the same byte", async (reason) => {
    const first = createFakeRemote();
    const second = createFakeRemote();
    const { holder, read } = holding(first);
    first.failAt(50_000, reason);
    const all = collect(read(1000, 100_000));
    await vi.waitFor(() => expect(first.streams[0]?.state).toBe("failed"));
    holder.lost(first);
    holder.connected(second);
    expect(same(await all, 1000, 100_000)).toBe(true);
    expect(second.streams).toMatchObject([{ start: 50_000, end: 100_000 }]);
  });

  test("does not try the same dead connection again", async () => {
    const first = createFakeRemote();
    const { holder, read } = holding(first);
    first.failAt(50_000, "closed");
    const all = collect(read(0, 100_000));
    await vi.waitFor(() => expect(first.streams[0]?.state).toBe("failed"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(first.streams).toHaveLength(1);
    holder.connected(createFakeRemote());
    expect(same(await all, 0, 100_000)).toBe(true);
  });

  test.each([
    ["another version comes", { etag: "v2" }],
    ["another size comes", { size: 2_999_999 }],
    ["no validator comes with the next one", { etag: undefined }],
  ])("never mixes: fails as gone when %s", async (_name, next) => {
    const first = createFakeRemote();
    const { holder, read } = holding(first);
    first.failAt(50_000, "closed");
    const all = collect(read(0, 100_000));
    const failed = expect(all).rejects.toMatchObject({ reason: "gone" });
    await vi.waitFor(() => expect(first.streams[0]?.state).toBe("failed"));
    const second = createFakeRemote({ ...next, seed: 1 });
    holder.connected(second);
    await failed;
    expect(second.streams).toEqual([]);
  });

  test("without a validator on either side, it is another version, too", () => {
    const holder = createFileHolder();
    const first = holder.connected(createFakeRemote({ etag: undefined }));
    expect(holder.connected(createFakeRemote({ etag: undefined })).id).not.toBe(first.id);
  });

  test("ends when none will come any more", async () => {
    const first = createFakeRemote();
    const { holder, read } = holding(first);
    first.failAt(50_000, "closed");
    const failed = expect(collect(read(0, 100_000))).rejects.toMatchObject({ reason: "ended" });
    holder.end();
    await failed;
  });
});

test("a host that can't read the file, or changed it, is an error at once", async () => {
  const gone = createFakeRemote();
  gone.failAt(10, "file-gone");
  await expect(collect(holding(gone).read(0, 100))).rejects.toMatchObject({ reason: "gone", cause: { reason: "file-gone" } });
  const unreadable = createFakeRemote();
  unreadable.failAt(10, "unreadable");
  await expect(collect(holding(unreadable).read(0, 100))).rejects.toMatchObject({ reason: "broken" });
  const changed = createFakeRemote();
  changed.failAt(10, "file-changed");
  await expect(collect(holding(changed).read(0, 100))).rejects.toMatchObject({ reason: "gone" });
});

test("a stream that ends short is an error, not an end", async () => {
  const remote = createFakeRemote();
  remote.stopAt(60);
  await expect(collect(holding(remote).read(0, 100))).rejects.toMatchObject({ reason: "broken" });
});

test("aborting cancels the host's stream at once, also while it stalls", async () => {
  const remote = createFakeRemote();
  remote.stallAt(50);
  const { read } = holding(remote);
  const abort = new AbortController();
  const all = collect(read(0, 100, { signal: abort.signal }));
  await vi.waitFor(() => expect(remote.streams).toMatchObject([{ sent: 50, state: "open" }]));
  abort.abort(new Error("enough"));
  await expect(all).rejects.toThrow("enough");
  expect(remote.streams).toMatchObject([{ state: "cancelled" }]);
});

test("aborting while no connection is there ends the wait", async () => {
  const remote = createFakeRemote();
  const { holder, read } = holding(remote);
  holder.lost(remote);
  const abort = new AbortController();
  const all = collect(read(0, 100, { signal: abort.signal }));
  abort.abort(new Error("enough"));
  await expect(all).rejects.toThrow("enough");
});

describe("what a player has just had", () => {
  test("comes out of memory, and the host is asked for the rest only", async () => {
    const remote = createFakeRemote();
    const { read } = holding(remote);
    await collect(read(1000, 50_000, { remember: true }));
    expect(same(await collect(read(2000, 60_000)), 2000, 60_000)).toBe(true);
    expect(remote.streams.map(({ start, end }) => [start, end])).toEqual([
      [1000, 50_000],
      [50_000, 60_000],
    ]);
  });

  test("does not come out of memory for another version", async () => {
    const { holder, read } = holding(createFakeRemote());
    await collect(read(0, 50_000, { remember: true }));
    const version = holder.connected(createFakeRemote({ etag: "v2", seed: 1 }));
    const range = { start: 0, end: 50_000 };
    const again = await collect(readFile({ holder, version, range, remember: false, signal: new AbortController().signal }));
    expect(same(again, 0, 50_000, 1)).toBe(true);
  });

  test("is not kept of a download", async () => {
    const remote = createFakeRemote();
    const { read } = holding(remote);
    await collect(read(0, 1000));
    await collect(read(0, 1000));
    expect(remote.streams).toHaveLength(2);
  });
});

describe("C-17: an open-ended range", () => {
  const openEnded = [0, Infinity] as const;

  test("goes to the file's end, asks the host for no length, and keeps nothing", async () => {
    const remote = createFakeRemote({ provisional: true, size: 100_000 });
    const { read, version } = holding(remote);
    expect(same(await collect(read(...openEnded, { remember: true })), 0, 100_000)).toBe(true);
    expect(same(await collect(read(...openEnded, { remember: true })), 0, 100_000)).toBe(true);
    expect(remote.streams).toHaveLength(2);
    expect(version.cache.take(0, 100_000)).toEqual([]);
  });

  test("does not go on with another connection: nobody can tell whether it brings the same bytes", async () => {
    const first = createFakeRemote({ provisional: true });
    const { holder, read } = holding(first);
    first.failAt(50_000, "closed");
    const all = collect(read(...openEnded));
    await vi.waitFor(() => expect(first.streams[0]?.state).toBe("failed"));
    holder.lost(first);
    holder.connected(createFakeRemote({ provisional: true }));
    await expect(all).rejects.toMatchObject({ reason: "gone" });
  });
});
