import { decodeList, RangeStatus } from "@rangecast/wire";
import { expect, test, vi } from "vitest";
import { ResourceError } from "../resources/resource.ts";
import { MemorySource } from "../testing/memory-source.ts";
import { folderBench, latin1 } from "../testing/folder-bench.ts";
import { rangeBench, type RangeBench } from "../testing/range-bench.ts";
import { helloFrame, MIN_MESSAGE_BYTES } from "./hello.ts";

async function served(files: readonly string[]): Promise<RangeBench> {
  const { tree } = await folderBench(files);
  return rangeBench(0, { resources: tree, displayName: "Season 1" });
}

/** Opens a path. @returns handle and size, or the status that refuses it */
async function open(bench: RangeBench, streamId: number, path: string): Promise<{ handle: number; size: number } | number> {
  bench.give({ type: "open", streamId, path: latin1(path) });
  const answer = (): (typeof bench.channel.sent)[number] | undefined =>
    bench.channel.sent.find((frame) => frame.streamId === streamId && (frame.type === "opened" || frame.type === "range-end"));
  await vi.waitUntil(() => answer() !== undefined, { interval: 1 });
  const frame = answer();
  return frame?.type === "opened" ? { handle: frame.handle, size: Number(frame.size) } : frame?.type === "range-end" ? frame.status : -1;
}

async function read(bench: RangeBench, streamId: number, path: string): Promise<Buffer> {
  const opened = await open(bench, streamId, path);
  if (typeof opened === "number") throw new Error(`refused with ${opened}`);
  bench.request(streamId + 1, 0, opened.size, { handle: opened.handle });
  await bench.ended(streamId + 1);
  return bench.channel.bytesOf(streamId + 1);
}

test("X-14: HELLO announces a folder with its name; a base browser sees an empty file, whose name says why", async () => {
  const bench = await served(["a"]);
  bench.server.start();
  expect(bench.channel.sent[0]).toMatchObject({
    type: "hello",
    size: 0n,
    name: "Season 1 (a folder: this page is too old to show it)",
    announcement: { name: "Season 1", features: expect.arrayContaining(["handles", "folders", "zip"]) },
  });
  bench.request(1, 0, 0);
  expect(await bench.ended(1)).toBe(RangeStatus.OUT_OF_RANGE);
});

test("X-14: HELLO of a file announces no folder", () => {
  const bench = rangeBench(10);
  bench.server.start();
  const [hello] = bench.channel.sent;
  expect(hello?.type === "hello" ? [hello.name, hello.announcement?.name, hello.announcement?.features.includes("folders")] : []).toEqual([
    "film.mp4",
    undefined,
    false,
  ]);
});

test.each(["x".repeat(1000), "\u0001".repeat(1000), "\uD83C\uDFAC".repeat(500), '"\\'.repeat(500)])(
  "the HELLO of a folder fits the smallest message, whatever its name",
  (name) => {
    const hello = helloFrame({ root: new MemorySource(new Uint8Array(0)), isFolder: true, open: () => Promise.reject() }, name, [
      "ice-restart",
    ]);
    expect(hello.byteLength).toBeLessThanOrEqual(MIN_MESSAGE_BYTES);
  },
);

test("X-15: lists and files are opened by their paths, and read by ranges", async () => {
  const bench = await served(["Season 1/caf\xe9.mp4", "readme"]);
  const { entries } = decodeList(await read(bench, 10, "//list"));
  expect(entries.map(({ kind, size }) => [kind, size])).toEqual([
    ["folder", 0],
    ["file", 6],
  ]);
  expect(decodeList(await read(bench, 20, "Season 1//list")).entries[0]?.name).toEqual(Uint8Array.from(latin1("caf\xe9.mp4")));
  expect((await read(bench, 30, "Season 1/caf\xe9.mp4")).toString("latin1")).toBe("Season 1/caf\xe9.mp4");
});

test.each(["//", "//zap", "//LIST", "a//list", "nothing//list", "..//list", "a//b//list", "Season 1", ".."])(
  "X-15: %j is refused with status 5",
  async (path) => {
    expect(await open(await served(["a", "Season 1/"]), 10, path)).toBe(RangeStatus.NOT_FOUND);
  },
);

test("X-15: a list of a share that is no folder is refused with status 5", async () => {
  expect(await open(rangeBench(10), 10, "//list")).toBe(RangeStatus.NOT_FOUND);
});

test("X-15: a list for which there is no memory is refused with status 1", async () => {
  const bench = rangeBench(0);
  bench.tree.error = new ResourceError("busy", "too many lists are open");
  expect(await open(bench, 10, "//list")).toBe(RangeStatus.BUSY);
});

test("X-18: a folder is read as zip, and another kind is not found", async () => {
  const bench = await served(["a", "b/c"]);
  const zip = await read(bench, 1, "//zip");
  expect([zip.readUInt32LE(0), zip.subarray(30, 31).toString()]).toEqual([0x04034b50, "a"]);
  expect((await read(bench, 3, "b//zip/c")).subarray(30, 31).toString()).toBe("c");
  expect(await open(bench, 5, "//zip/x")).toBe(RangeStatus.NOT_FOUND);
  expect(await open(bench, 6, "//zips")).toBe(RangeStatus.NOT_FOUND);
});

test("X-19: a range that must wait for bytes that take longer to make is refused with status 1, without a line in the log", async () => {
  const bench = rangeBench();
  bench.source.readError = new ResourceError("busy", "files are being read again");
  bench.request(1, 0, 10, { extended: true });
  expect(await bench.ended(1)).toBe(RangeStatus.BUSY);
  expect(bench.lines).toEqual([]);
});
