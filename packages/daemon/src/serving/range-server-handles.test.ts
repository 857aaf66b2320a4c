import { RangeStatus } from "@rangecast/wire";
import { describe, expect, test } from "vitest";
import { StreamError } from "../daemon-error.ts";
import { ResourceError } from "../resources/resource.ts";
import { MEMORY_PATH } from "../testing/memory-tree.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { settle } from "@rangecast/testkit/settle";
import { gated, type RangeBench, rangeBench } from "../testing/range-bench.ts";
import { MAX_OPEN_HANDLES } from "./handle-table.ts";

const path = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Opens a path. @returns the handle; -1 if it was refused */
async function open(bench: RangeBench, streamId: number, text = MEMORY_PATH): Promise<number> {
  bench.give({ type: "open", streamId, path: path(text) });
  await settle();
  return bench.channel.sent.flatMap((frame) => (frame.type === "opened" && frame.streamId === streamId ? [frame.handle] : []))[0] ?? -1;
}

describe("X-8: another resource", () => {
  test("is opened by its path, and announced with its own size, type, time and validator", async () => {
    const bench = rangeBench(1000);
    bench.give({ type: "open", streamId: 5, path: path(MEMORY_PATH) });
    await settle();
    expect(bench.channel.sent).toEqual([
      {
        type: "opened",
        streamId: 5,
        handle: 1,
        size: 5000n,
        transcoding: false,
        announcement: { version: 1, mediaType: "video/mp4", modifiedMs: 1_700_000_000_000, etag: '"v1"', features: [] },
      },
    ]);
  });

  test("is read by ranges that name its handle; without one, the session's file is", async () => {
    const bench = rangeBench(1000);
    const handle = await open(bench, 5);
    bench.request(6, 100, 50, { handle });
    bench.request(7, 100, 50);
    bench.request(8, 100, 50, { handle: 0 });
    await Promise.all([6, 7, 8].map((streamId) => bench.ended(streamId)));
    expect(bench.channel.bytesOf(6)).toEqual(Buffer.from(patternBytes(0, 5000).toReversed().subarray(100, 150)));
    expect(bench.channel.bytesOf(7)).toEqual(Buffer.from(patternBytes(100, 150)));
    expect(bench.channel.bytesOf(8)).toEqual(bench.channel.bytesOf(7));
  });

  test("has its own size: a range past its end has status 2", async () => {
    const bench = rangeBench(100_000);
    const handle = await open(bench, 5);
    bench.request(6, 5000, 1, { handle });
    expect(await bench.ended(6)).toBe(RangeStatus.OUT_OF_RANGE);
  });

  test("has its own version: when it changes, only its ranges end with status 4", async () => {
    const bench = rangeBench(1000);
    const handle = await open(bench, 5);
    for (const resource of bench.tree.opened) resource.change = "rewritten";
    bench.request(6, 0, 10, { handle });
    bench.request(7, 0, 10);
    expect(await bench.ended(6)).toBe(RangeStatus.CHANGED);
    expect(await bench.ended(7)).toBe(RangeStatus.DONE);
  });
});

describe("X-8: an OPEN is refused", () => {
  test.each(["no/such/file", "../film.mp4", "/film.mp4", "subs//en.vtt", "subs/../subs/en.vtt", "subs/en.vtt\0"])(
    "with status 5 for the path %j",
    async (text) => {
      const bench = rangeBench();
      expect(await open(bench, 5, text)).toBe(-1);
      expect(bench.channel.endsOf(5)).toEqual([RangeStatus.NOT_FOUND]);
    },
  );

  test("with status 3 if the resource can't be read", async () => {
    const bench = rangeBench();
    bench.tree.error = new ResourceError("unreadable", "no permission");
    await open(bench, 5);
    expect(bench.channel.endsOf(5)).toEqual([RangeStatus.UNREADABLE]);
  });

  test("with status 1 when the handles are exhausted, and accepted again when one is closed", async () => {
    const bench = rangeBench();
    for (let count = 0; count < MAX_OPEN_HANDLES; count += 1) expect(await open(bench, 100 + count)).toBe(count + 1);
    expect(await open(bench, 5)).toBe(-1);
    expect(bench.channel.endsOf(5)).toEqual([RangeStatus.BUSY]);
    bench.give({ type: "close", streamId: 0, handle: 3 });
    await settle();
    expect(bench.tree.opened[2]?.closed).toBe(true);
    expect(await open(bench, 6)).toBe(MAX_OPEN_HANDLES + 1);
    expect(await open(bench, 7)).toBe(-1);
  });

  test("with status 1 while the resource of a closed handle is still read: a stuck disk can't hold more than the cap", async () => {
    const bench = rangeBench();
    for (let count = 0; count < MAX_OPEN_HANDLES; count += 1) await open(bench, 100 + count);
    const [stuck] = bench.tree.opened;
    if (stuck === undefined) throw new Error("nothing was opened");
    const letGo = gated(stuck);
    bench.request(200, 0, 10, { handle: 1 });
    await settle();
    bench.give({ type: "close", streamId: 0, handle: 1 });
    expect(await open(bench, 5)).toBe(-1);
    expect(stuck.closed).toBe(false);
    letGo();
    await settle();
    expect(stuck.closed).toBe(true);
    expect(await open(bench, 6)).toBe(MAX_OPEN_HANDLES + 1);
  });

  test("a CLOSE of a handle that is still being opened changes nothing: it can't be used to exceed the cap", async () => {
    const bench = rangeBench();
    let letGo = (): void => {};
    bench.tree.gate = new Promise((resolve) => (letGo = resolve));
    for (let count = 1; count <= 2 * MAX_OPEN_HANDLES; count += 1) {
      bench.give({ type: "open", streamId: 100 + count, path: path(MEMORY_PATH) });
      bench.give({ type: "close", streamId: 0, handle: count });
    }
    letGo();
    await settle();
    expect(bench.tree.opened).toHaveLength(MAX_OPEN_HANDLES);
    expect(new Set(bench.channel.sent.flatMap((frame) => (frame.type === "opened" ? [frame.handle] : []))).size).toBe(MAX_OPEN_HANDLES);
    await bench.server.close();
    expect(bench.tree.opened.every(({ closed }) => closed)).toBe(true);
  });

  test.each([
    ["a bug of the tree", new TypeError("oops"), RangeStatus.UNREADABLE, 1],
    [
      "a file that isn't there",
      new StreamError("cannot-open", "x", { cause: Object.assign(new Error("no"), { code: "ENOENT" }) }),
      RangeStatus.NOT_FOUND,
      0,
    ],
    [
      "a file that can't be opened",
      new StreamError("cannot-open", "x", { cause: Object.assign(new Error("no"), { code: "EMFILE" }) }),
      RangeStatus.UNREADABLE,
      1,
    ],
  ])("and the session goes on after %s", async (_name, error, status, lines) => {
    const bench = rangeBench(1000);
    bench.tree.error = error;
    expect(await open(bench, 5)).toBe(-1);
    expect(bench.channel.endsOf(5)).toEqual([status]);
    expect(bench.lines).toHaveLength(lines);
    bench.request(6, 0, 10);
    expect(await bench.ended(6)).toBe(RangeStatus.DONE);
  });
});

test("a resource that can't be closed is logged, and ends nothing", async () => {
  const bench = rangeBench(1000);
  const handle = await open(bench, 5);
  for (const resource of bench.tree.opened) resource.close = () => Promise.reject(new Error("the mount is gone"));
  bench.give({ type: "close", streamId: 0, handle });
  await settle();
  expect(bench.lines).toMatchObject([{ message: "a file could not be closed" }]);
  await bench.server.close();
});

describe("X-8: CLOSE", () => {
  test("stops the ranges of its handle, which send nothing more, and no others", async () => {
    const bench = rangeBench(1000);
    const handle = await open(bench, 5);
    const letGo = bench.tree.opened.map(gated);
    const letRootGo = gated(bench.source);
    bench.request(6, 0, 10, { handle });
    bench.request(7, 0, 10);
    await settle();
    bench.give({ type: "close", streamId: 0, handle: 1 });
    for (const go of [...letGo, letRootGo]) go();
    expect(await bench.ended(7)).toBe(RangeStatus.DONE);
    expect(bench.channel.bytesOf(6).byteLength).toBe(0);
    expect(bench.channel.endsOf(6)).toEqual([]);
    bench.request(8, 0, 10, { handle });
    expect(await bench.ended(8)).toBe(RangeStatus.NOT_FOUND);
  });

  test.each([0, 9, 65_535])("of handle %i, which is the session's or nobody's, changes nothing", async (handle) => {
    const bench = rangeBench(1000);
    const opened = await open(bench, 5);
    bench.give({ type: "close", streamId: 0, handle });
    bench.request(6, 0, 10, { handle: opened });
    bench.request(7, 0, 10);
    expect([await bench.ended(6), await bench.ended(7)]).toEqual([0, 0]);
  });
});

test("X-8: a CANCEL stops an OPEN: the resource is closed, and nothing is sent", async () => {
  const bench = rangeBench();
  let letGo = (): void => {};
  bench.tree.gate = new Promise((resolve) => (letGo = resolve));
  bench.give({ type: "open", streamId: 5, path: path(MEMORY_PATH) });
  await settle();
  bench.give({ type: "cancel", streamId: 5 });
  letGo();
  await settle();
  expect(bench.channel.sent).toEqual([]);
  expect(bench.tree.opened.map(({ closed }) => closed)).toEqual([true]);
});

test("X-8: at the end of the session all resources are closed but its own, which is the session's to close", async () => {
  const bench = rangeBench();
  await open(bench, 5);
  await open(bench, 6);
  await bench.server.close();
  expect(bench.tree.opened.map(({ closed }) => closed)).toEqual([true, true]);
  expect(bench.source.closed).toBe(false);
});

test("X-2: an OPEN announces the browser, so a stopping daemon says goodbye", async () => {
  const bench = rangeBench();
  let letGo = (): void => {};
  bench.tree.gate = new Promise((resolve) => (letGo = resolve));
  bench.give({ type: "open", streamId: 5, path: path(MEMORY_PATH) });
  await settle();
  const stopped = bench.server.stop("stopped", "bye");
  expect(bench.channel.endsOf(5)).toEqual([RangeStatus.STOPPING]);
  expect(bench.channel.sent.map(({ type }) => type)).toContain("goodbye");
  letGo();
  await stopped;
});
