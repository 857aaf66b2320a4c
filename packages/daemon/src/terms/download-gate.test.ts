import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryFolder } from "../identity/private-folder.ts";
import { fakeClocks } from "../testing/stream-bench.ts";
import { DownloadGate, RETURN_MS } from "./download-gate.ts";
import { DownloadLog } from "./download-log.ts";

beforeEach(fakeClocks);
afterEach(() => void vi.useRealTimers());

const FILE = { path: "", size: 3200 };
const onFault = (error: unknown): never => expect.unreachable(String(error));

/** The first and the last 100 bytes are free. */
const FREE = 100;

interface Bench {
  readonly gate: DownloadGate;
  readonly log: DownloadLog;
  readonly taken: number[];
  readonly read: (viewer: string, start: number, end: number) => Promise<string | undefined>;
}

async function create(maxDownloads: number): Promise<Bench> {
  const log = await DownloadLog.open(memoryFolder(), "log");
  const taken: number[] = [];
  const gate = new DownloadGate({ log, maxDownloads, onTaken: (_path, count) => taken.push(count), onFault });
  return { gate, log, taken, read: (viewer, start, end) => gate.take(viewer, FILE, start, end) };
}

describe("a download", () => {
  test("is counted when every byte was sent to one viewer, once, whatever it reads again", async () => {
    const { gate, read, taken } = await create(2);
    gate.enter("a");
    await read("a", 0, 2000);
    await read("a", 1000, 3199);
    expect(taken).toEqual([]);
    await read("a", 3199, 3200);
    await read("a", 0, 3200);
    expect(taken).toEqual([1]);
  });

  test("is on the disk before its last bytes may be sent, and fails with them", async () => {
    const folder = memoryFolder();
    let save = (): void => undefined;
    const log = await DownloadLog.open({ ...folder, append: () => new Promise<void>((resolve) => (save = resolve)) }, "log");
    const gate = new DownloadGate({ log, maxDownloads: 1, onTaken: () => undefined, onFault });
    gate.enter("a");
    await gate.take("a", FILE, 0, 3000);
    let allowed = false;
    const last = gate.take("a", FILE, 3000, 3200).then(() => (allowed = true));
    await vi.waitFor(() => expect(log.taken("")).toBe(1));
    expect(allowed).toBe(false);
    save();
    await last;
    const broken = await DownloadLog.open({ ...folder, append: () => Promise.reject(new Error("the disk is full")) }, "log");
    const other = new DownloadGate({ log: broken, maxDownloads: 1, onTaken: () => undefined, onFault });
    other.enter("a");
    await expect(other.take("a", FILE, 0, 3200)).rejects.toThrow("the disk is full");
  });

  test("is reserved when it begins, so that viewers at once get no more than the limit", async () => {
    const { gate, read } = await create(2);
    for (const viewer of ["a", "b", "c"]) gate.enter(viewer);
    const begun = await Promise.all(["a", "b", "c"].map((viewer) => read(viewer, 0, 1000)));
    expect(begun).toEqual([undefined, undefined, "limit"]);
    for (const viewer of ["a", "b"]) expect(await read(viewer, 1000, 3200)).toBeUndefined();
    expect([await read("c", 0, 1000), gate.refusal("c", ""), gate.refusal("a", "")]).toEqual(["used-up", "used-up", undefined]);
  });

  test("is not begun by reading the headers at the start and the end", async () => {
    const { gate, read, log } = await create(1);
    for (const viewer of ["a", "b"]) gate.enter(viewer);
    await read("a", 0, FREE);
    await read("a", 3200 - FREE, 3200);
    expect(await read("b", 0, 3200)).toBeUndefined();
    expect(log.taken("")).toBe(1);
    expect(await read("a", 0, FREE)).toBeUndefined();
    expect(await read("a", 0, FREE + 1)).toBe("used-up");
  });

  test("of each file of a folder is counted for itself", async () => {
    const { gate, log } = await create(1);
    gate.enter("a");
    for (const path of ["x", "y"]) expect(await gate.take("a", { path, size: 10 }, 0, 10)).toBeUndefined();
    expect([log.taken("x"), log.taken("y"), log.taken("")]).toEqual([1, 1, 0]);
    expect([gate.refusal("b", "x"), gate.refusal("b", "z")]).toEqual(["used-up", undefined]);
  });
});

describe("a viewer that leaves", () => {
  test("finds its download again when it comes back in time, over whatever sessions", async () => {
    const { gate, read, taken } = await create(1);
    const leave = gate.enter("a");
    await read("a", 0, 2000);
    leave();
    gate.enter("b");
    expect(gate.refusal("b", "")).toBe("limit");
    vi.advanceTimersByTime(RETURN_MS - 1);
    gate.enter("a");
    vi.advanceTimersByTime(RETURN_MS);
    await read("a", 2000, 3200);
    expect(taken).toEqual([1]);
  });

  test("for good leaves its download to others, and the part that it got adds up", async () => {
    const { gate, read, log } = await create(1);
    const part = async (viewer: string, start: number, end: number): Promise<string | undefined> => {
      const leave = gate.enter(viewer);
      const refusal = await read(viewer, start, end);
      leave();
      vi.advanceTimersByTime(RETURN_MS);
      return refusal;
    };
    expect([await part("a", 0, 1600), await part("b", 1600, 2400)]).toEqual([undefined, undefined]);
    expect(log.taken("")).toBe(0);
    expect([await part("c", 2400, 3200), await part("d", 0, 3200)]).toEqual([undefined, "used-up"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("when the share ends is counted with what it got", async () => {
    const { gate, read, log, taken } = await create(1);
    gate.enter("a");
    await read("a", 0, 3199);
    await gate.close();
    expect(log.taken("")).toBe(0);
    const leave = gate.enter("b");
    await read("b", 0, 200);
    leave();
    await gate.close();
    expect([log.taken(""), taken, vi.getTimerCount()]).toEqual([1, [1], 0]);
  });
});

test("many files of one viewer take no more memory than a limit: what it read of the oldest is counted", async () => {
  const { gate, log } = await create(1);
  gate.enter("a");
  for (let index = 0; index <= 1000; index += 1) await gate.take("a", { path: String(index), size: 64 }, 0, 32);
  await gate.take("a", { path: "0", size: 64 }, 32, 64);
  await gate.close();
  expect([log.taken("0"), log.taken("1000")]).toEqual([1, 0]);
});
