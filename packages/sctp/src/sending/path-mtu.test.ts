import { describe, expect, test } from "vitest";
import { PathMtu, type Probe } from "./path-mtu.ts";

/** A search between 1172 and 1372, and what it told. */
function started() {
  const sizes: number[] = [];
  let numbers = 0;
  const path = new PathMtu({
    baseBytes: 1172,
    maxBytes: 1372,
    nonce: () => (numbers += 1),
    onChange: (packetBytes) => sizes.push(packetBytes),
  });
  path.start(0);
  return { path, sizes };
}

/** Takes probes as they are due, and answers those of sizes that the path carries. @returns the sizes of the probes, and when the search was over */
function search(path: PathMtu, carried: number, nowMs: number): { readonly probes: number[]; readonly nowMs: number } {
  const probes: number[] = [];
  let time = nowMs;
  // The timer to raise the size is much longer than that of a probe.
  while (path.deadlineMs < time + 60_000) {
    time = Math.max(time, path.deadlineMs);
    const probe = path.take(time, 50);
    if (probe === undefined) continue;
    probes.push(probe.packetBytes);
    if (probe.packetBytes <= carried) answer(path, probe, time + 50);
  }
  return { probes, nowMs: time };
}

function answer(path: PathMtu, { info }: Probe, nowMs: number): void {
  path.onAnswer(info, 0, info.byteLength, nowMs);
}

/** A chunk of this size was lost so often, while others were delivered. */
function lose(path: PathMtu, packetBytes: number, times: number): void {
  for (let count = 1; count <= times; count += 1) path.onLoss(packetBytes, count, count * 1000);
}

describe("the search", () => {
  test("tries the largest size first, and is over for good when it works", () => {
    const { path, sizes } = started();
    expect(search(path, 1372, 0).probes).toEqual([1372]);
    expect([path.packetBytes, sizes, path.deadlineMs]).toEqual([1372, [1372], Number.POSITIVE_INFINITY]);
  });

  test.each([1176, 1200, 1252, 1300, 1340, 1368])("finds a size less than 24 bytes below %i, and none above", (carried) => {
    const { path, sizes } = started();
    search(path, carried, 0);
    expect(path.packetBytes).toBeLessThanOrEqual(carried);
    expect(path.packetBytes).toBeGreaterThan(carried - 24);
    expect(path.packetBytes % 4).toBe(0);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });

  test("stays at the base size if no probe is answered, after three of each size that it tries", () => {
    const { path, sizes } = started();
    const { probes } = search(path, 0, 0);
    expect(probes).toEqual([1372, 1272, 1220, 1196].flatMap((size) => [size, size, size]));
    expect([path.packetBytes, sizes]).toEqual([1172, []]);
  });

  test("waits a second for an answer, and longer if the round trip is long or unknown", () => {
    for (const [roundTripMs, waitMs] of [
      [50, 1000],
      [Number.NaN, 1000],
      [800, 2400],
    ] as const) {
      const { path } = started();
      path.take(10, roundTripMs);
      expect(path.deadlineMs).toBe(10 + waitMs);
      expect(path.take(10 + waitMs - 1, roundTripMs)).toBeUndefined();
    }
  });

  test("takes a late answer to an earlier probe of the size that it still tries", () => {
    const { path } = started();
    const first = path.take(0, 50);
    path.take(1000, 50);
    if (first !== undefined) answer(path, first, 1100);
    expect(path.packetBytes).toBe(1372);
  });

  test("ignores answers to other heartbeats, with other numbers, to other sizes, and to what it has not sent", () => {
    const { path } = started();
    answer(path, { packetBytes: 1372, info: Uint8Array.of(0, 1, 0, 12, 0, 0, 0, 1, 0, 0, 5, 92) }, 0);
    path.take(0, 50);
    for (const info of [
      Uint8Array.of(0, 1, 0, 8, 0, 0, 0, 1),
      Uint8Array.of(0, 1, 0, 12, 0, 0, 0, 2, 0, 0, 5, 92),
      Uint8Array.of(0, 1, 0, 12, 0, 0, 0, 1, 0, 0, 5, 88),
    ]) {
      path.onAnswer(info, 0, info.byteLength, 50);
    }
    expect(path.packetBytes).toBe(1172);
    path.onAnswer(Uint8Array.of(9, 9, 0, 1, 0, 12, 0, 0, 0, 1, 0, 0, 5, 92), 2, 14, 50);
    expect(path.packetBytes).toBe(1372);
  });

  test("begins again ten minutes after it ended below the largest size", () => {
    const { path } = started();
    const { nowMs } = search(path, 1300, 0);
    expect(path.take(nowMs + 599_000, 50)).toBeUndefined();
    const { probes } = search(path, 1372, nowMs + 601_000);
    expect([probes, path.packetBytes]).toEqual([[1372], 1372]);
  });
});

describe("losses", () => {
  test("of a chunk for three times shrink packets to the base size; when that works, the doubted size is tried again", () => {
    const { path } = started();
    search(path, 1300, 0);
    const found = path.packetBytes;
    lose(path, found, 2);
    expect(path.packetBytes).toBe(found);
    lose(path, 200, 3);
    expect(path.packetBytes).toBe(1172);
    expect(search(path, 1300, 1000).probes).toEqual([1172, found]);
    expect(path.packetBytes).toBe(found);
  });

  test("of everything don't make a size fail: the base size is tried until it is answered", () => {
    const { path } = started();
    search(path, 1372, 0);
    lose(path, 1372, 3);
    for (let nowMs = 1000; nowMs < 61_000; nowMs += 1000) expect(path.take(nowMs, 50)?.packetBytes).toBe(1172);
    lose(path, 1372, 20);
    expect(path.hopeless).toBe(false);
    expect(search(path, 1372, 61_000).probes).toEqual([1172, 1372]);
  });

  test("of packets of the base size change nothing", () => {
    const { path, sizes } = started();
    search(path, 1172, 0);
    lose(path, 1172, 20);
    expect([path.packetBytes, path.hopeless, sizes]).toEqual([1172, false, []]);
  });

  test("are hopeless for a chunk whose size fails, and that was lost for eight times", () => {
    const { path } = started();
    search(path, 1372, 0);
    lose(path, 1372, 8);
    expect([path.packetBytes, path.hopeless]).toEqual([1172, false]); // Its probes are not lost yet.
    search(path, 1250, 1000);
    lose(path, 1372, 7);
    expect(path.hopeless).toBe(false);
    lose(path, 1372, 8);
    expect(path.hopeless).toBe(true);
  });

  test("are hopeless for eight chunks whose size fails, if nothing was delivered between them", () => {
    const { path } = started();
    search(path, 1372, 0);
    lose(path, 1372, 3);
    search(path, 1250, 1000);
    for (let count = 1; count <= 7; count += 1) path.onLoss(1372, 4, 5000);
    path.onLoss(1372, 4, 5001);
    expect(path.hopeless).toBe(false);
    for (let count = 1; count <= 7; count += 1) path.onLoss(1372, 4, 5001);
    expect(path.hopeless).toBe(true);
  });

  test("are not hopeless for chunks of a size that still works, whatever is lost", () => {
    const { path } = started();
    search(path, 1372, 0);
    lose(path, 1372, 3);
    search(path, 1372, 1000);
    lose(path, 1372, 20);
    expect(path.hopeless).toBe(false);
  });
});
