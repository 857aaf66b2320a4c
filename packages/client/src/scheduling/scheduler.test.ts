import { settle } from "@rangecast/testkit/settle";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import { BUSY_WAIT_MS, MAX_BUSY_TRIES, MAX_BUSY_WAIT_MS, READ_BUFFER_BYTES, Scheduler } from "./scheduler.ts";
import type { Reader } from "./reader.ts";
import { FakeRangeSource } from "../testing/fake-range-source.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { fixedWindow } from "../testing/fixed-window.ts";

function createBench(...sources: FakeRangeSource[]): { scheduler: Scheduler; source: FakeRangeSource } {
  const scheduler = new Scheduler();
  const all = sources.length > 0 ? sources : [new FakeRangeSource()];
  for (const source of all) scheduler.addSource(source);
  return { scheduler, source: all[0] ?? new FakeRangeSource() };
}

async function collect(reader: Reader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take()) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("scheduling", () => {
  test("nothing is requested before the first take", () => {
    const { scheduler, source } = createBench();
    scheduler.open({ start: 0, end: 1000 });
    expect(source.asked).toEqual([]);
  });

  test("a reader has two ranges outstanding, the first of them half as long as the others", () => {
    const { scheduler, source } = createBench();
    void scheduler.open({ start: 10, end: 1000 }).take();
    expect(source.asked.map(({ offset, length }) => [offset, length])).toEqual([
      [10, 50],
      [60, 100],
    ]);
    source.ranges[0]?.serve();
    expect(source.asked.at(-1)).toMatchObject({ offset: 160, length: 100 });
    expect(source.liveRanges).toBe(2);
  });

  test("a new reader does not wait for the others' ranges: it takes a third and a fourth slot, never a fifth", () => {
    const { scheduler, source } = createBench();
    for (const start of [0, 1000, 2000, 3000]) void scheduler.open({ start, end: start + 1000 }).take();
    expect(source.asked.map(({ offset }) => offset)).toEqual([0, 50, 1000, 2000]);
    expect(source.freeSlots).toBe(0);
  });

  test("the newest reader comes first when there is room", () => {
    const { scheduler, source } = createBench(new FakeRangeSource(fixedWindow({ outstandingBytes: 100, pieceBytes: 100 })));
    for (const start of [0, 1000]) void scheduler.open({ start, end: start + 500 }).take();
    source.ranges[0]?.serve();
    source.ranges[0]?.serve();
    expect(source.asked.map(({ offset }) => offset)).toEqual([0, 1000, 1050]);
  });

  test("outstanding bytes never pass the window, whatever its pieces", () => {
    const { scheduler, source } = createBench(new FakeRangeSource(fixedWindow({ outstandingBytes: 120, pieceBytes: 100 })));
    void scheduler.open({ start: 0, end: 1000 }).take();
    expect(source.asked.map(({ length }) => length)).toEqual([50]);
    source.ranges[0]?.data(30);
    expect(source.asked.map(({ length }) => length)).toEqual([50, 100]);
    expect(source.outstandingBytes).toBe(120);
  });

  test("a cancelled range's slot is not used before the source reports it as free", () => {
    const { scheduler, source } = createBench();
    source.holdsSlots = true;
    for (let count = 0; count < 2; count += 1) {
      const reader = scheduler.open({ start: 0, end: 1000 });
      reader.take().catch(() => undefined);
      reader.cancel();
    }
    expect([source.cancelled, source.freeSlots]).toEqual([4, 0]);
    void scheduler.open({ start: 500, end: 1000 }).take();
    expect(source.liveRanges).toBe(0);
    source.confirm();
    expect(source.asked.at(-1)).toMatchObject({ offset: 550 });
  });

  test("the source with the least outstanding gets the first request", () => {
    const [one, two] = [new FakeRangeSource(), new FakeRangeSource()];
    const { scheduler } = createBench(one, two);
    void scheduler.open({ start: 0, end: 10_000 }).take();
    expect(one.asked.map(({ offset }) => offset)).toEqual([0, 150]);
    expect(two.asked.map(({ offset }) => offset)).toEqual([50, 250]);
  });

  test("a reader that is done, cancelled or failed is forgotten", async () => {
    const { scheduler, source } = createBench();
    const done = collect(scheduler.open({ start: 0, end: 10 }));
    source.ranges[0]?.serve();
    await done;
    const failed = scheduler.open({ start: 0, end: 10 }).take();
    source.ranges[0]?.end({ kind: "failed", error: new ClientError("unreadable", "") });
    await expect(failed).rejects.toThrow(ClientError);
    const reader = scheduler.open({ start: 0, end: 10 });
    reader.take().catch(() => undefined);
    reader.cancel();
    expect(scheduler.readers).toBe(0);
  });
});

describe("delivery", () => {
  test("is in order, whichever source is faster", async () => {
    const [one, two] = [new FakeRangeSource(), new FakeRangeSource()];
    const { scheduler } = createBench(one, two);
    const all = collect(scheduler.open({ start: 0, end: 300 }));
    while (two.ranges.length > 0) two.ranges[0]?.serve();
    while (one.ranges.length > 0) one.ranges[0]?.serve();
    await settle();
    while (two.ranges.length > 0) two.ranges[0]?.serve();
    expect(await all).toEqual(patternBytes(0, 300));
  });

  test("a range of no bytes ends at once and requests nothing", async () => {
    const { scheduler, source } = createBench();
    expect(await scheduler.open({ start: 7, end: 7 }).take()).toBeUndefined();
    expect(source.asked).toEqual([]);
    expect(scheduler.readers).toBe(0);
  });

  test("the end waits for the last range's RANGE_END: bytes that arrived may still turn out to be wrong", async () => {
    const { scheduler, source } = createBench();
    const reader = scheduler.open({ start: 0, end: 10 });
    const first = reader.take();
    source.ranges[0]?.data();
    expect(await first).toEqual(patternBytes(0, 10));
    const last = reader.take();
    source.ranges[0]?.end({ kind: "failed", error: new ClientError("file-changed", "") });
    await expect(last).rejects.toMatchObject({ reason: "file-changed" });
  });

  test("requests a bounded number of bytes ahead of the consumer", async () => {
    const source = new FakeRangeSource(fixedWindow());
    const { scheduler } = createBench(source);
    const reader = scheduler.open({ start: 0, end: 100 * READ_BUFFER_BYTES });
    const bound = READ_BUFFER_BYTES + source.window.outstandingBytes;
    let taken = 0;
    for (let round = 0; round < 5; round += 1) {
      const chunk = reader.take();
      while (source.ranges.length > 0) source.ranges[0]?.serve();
      taken += (await chunk)?.byteLength ?? 0;
      while (source.ranges.length > 0) source.ranges[0]?.serve();
      const last = source.asked.at(-1);
      const askedTo = (last?.offset ?? 0) + (last?.length ?? 0);
      expect(askedTo - taken).toBeLessThanOrEqual(bound);
      expect(askedTo - taken).toBeGreaterThan(bound - source.window.pieceBytes);
    }
  });

  test("one take at a time: a second is our own fault", () => {
    const { scheduler } = createBench();
    const reader = scheduler.open({ start: 0, end: 10 });
    void reader.take();
    expect(() => reader.take()).toThrow(/one chunk at a time/u);
  });
});

describe("cancel", () => {
  test("cancels pending requests at once, and a waiting take rejects", async () => {
    const { scheduler, source } = createBench();
    const reader = scheduler.open({ start: 0, end: 1000 });
    const take = reader.take();
    reader.cancel(new ClientError("aborted", "seek"));
    expect([source.cancelled, source.liveRanges]).toEqual([2, 0]);
    await expect(take).rejects.toMatchObject({ reason: "aborted" });
    await expect(reader.take()).rejects.toMatchObject({ reason: "aborted" });
  });

  test("gives its slots to the others at once", () => {
    const { scheduler, source } = createBench();
    const before = scheduler.open({ start: 0, end: 1000 });
    before.take().catch(() => undefined);
    void scheduler.open({ start: 5000, end: 6000 }).take();
    expect(source.asked.map(({ offset }) => offset)).toEqual([0, 50, 5000]);
    before.cancel();
    expect(source.asked.at(-1)).toMatchObject({ offset: 5050 });
  });
});

describe("failures", () => {
  test("what is missing of a source's pieces goes to another source when it dies, and no byte comes twice", async () => {
    const [one, two] = [new FakeRangeSource(), new FakeRangeSource()];
    const { scheduler } = createBench(one, two);
    const all = collect(scheduler.open({ start: 0, end: 1000 }));
    one.ranges[0]?.data(20);
    one.die();
    scheduler.removeSource(one);
    expect(two.asked.some(({ offset }) => offset === 20)).toBe(false); // Its two ranges are taken.
    for (let range = two.ranges[0]; range !== undefined; range = two.ranges[0]) {
      range.serve();
      await settle();
    }
    expect(two.asked.some(({ offset, length }) => offset === 20 && length === 30)).toBe(true);
    expect(await all).toEqual(patternBytes(0, 1000));
  });

  test("a failed range fails its reader only", async () => {
    const { scheduler, source } = createBench();
    const bad = scheduler.open({ start: 0, end: 100 }).take();
    const good = collect(scheduler.open({ start: 500, end: 510 }));
    source.ranges[0]?.end({ kind: "failed", error: new ClientError("unreadable", "disk") });
    await expect(bad).rejects.toMatchObject({ reason: "unreadable" });
    source.ranges.find(({ request }) => request.offset === 500)?.data();
    while (source.ranges.length > 0) source.ranges[0]?.serve();
    await settle();
    while (source.ranges.length > 0) source.ranges[0]?.serve();
    expect(await good).toEqual(patternBytes(500, 510));
  });

  test("a busy range is requested again, after a wait that grows and is bounded, from where it stopped", async () => {
    const { scheduler, source } = createBench();
    const all = collect(scheduler.open({ start: 0, end: 10 }));
    source.ranges[0]?.data(4);
    for (let tries = 1; tries < MAX_BUSY_TRIES; tries += 1) {
      source.ranges[0]?.end({ kind: "busy" });
      const wait = Math.min(MAX_BUSY_WAIT_MS, BUSY_WAIT_MS * 2 ** (tries - 1));
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(source.liveRanges).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(source.liveRanges).toBe(1);
      expect(source.asked.at(-1)).toMatchObject({ offset: 4, length: 6 });
    }
    for (let range = source.ranges[0]; range !== undefined; range = source.ranges[0]) {
      range.serve();
      await settle();
    }
    expect(await all).toEqual(patternBytes(0, 10));
  });

  test("a host that stays busy fails the reader with busy", async () => {
    const { scheduler, source } = createBench();
    const take = scheduler.open({ start: 0, end: 1 }).take();
    const rejected = expect(take).rejects.toMatchObject({ name: "ClientError", reason: "busy" });
    for (let tries = 0; tries < MAX_BUSY_TRIES; tries += 1) {
      source.ranges[0]?.end({ kind: "busy" });
      await vi.advanceTimersByTimeAsync(MAX_BUSY_WAIT_MS);
    }
    await rejected;
    expect(source.asked).toHaveLength(MAX_BUSY_TRIES);
  });

  test("a patient scheduler requests a range without data again, and serves others in the meantime; every other failure is reported before its reader fails", async () => {
    const told: string[] = [];
    const scheduler = new Scheduler({ patient: true, onFailure: ({ reason }) => told.push(`${reason} ${failed}`) });
    const source = new FakeRangeSource();
    scheduler.addSource(source);
    let failed = false;
    const take = scheduler.open({ start: 0, end: 10 }).take();
    source.ranges[0]?.data(4);
    expect(await take).toHaveLength(4);
    const reader = scheduler.open({ start: 50, end: 60 });
    const next = reader.take();
    next.catch(() => (failed = true));
    source.ranges.at(-1)?.end({ kind: "failed", error: new ClientError("timeout", "") });
    expect(vi.getTimerCount()).toBe(0);
    expect(source.asked.filter(({ offset }) => offset === 50)).toHaveLength(2);
    source.ranges.at(-1)?.end({ kind: "failed", error: new ClientError("unreadable", "") });
    await expect(next).rejects.toMatchObject({ reason: "unreadable" });
    expect(told).toEqual(["unreadable false"]);
  });

  test("at the end every reader fails with its reason, later ones too, and no timer is left", async () => {
    const { scheduler, source } = createBench();
    const take = scheduler.open({ start: 0, end: 1000 }).take();
    source.ranges[0]?.end({ kind: "busy" });
    expect(vi.getTimerCount()).toBe(1);
    source.die();
    scheduler.removeSource(source);
    scheduler.end(new ClientError("host-revoked", "gone"));
    await expect(take).rejects.toMatchObject({ reason: "host-revoked" });
    await expect(scheduler.open({ start: 0, end: 10 }).take()).rejects.toMatchObject({ reason: "host-revoked" });
    expect(vi.getTimerCount()).toBe(0);
  });
});
