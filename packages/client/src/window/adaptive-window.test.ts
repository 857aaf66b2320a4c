import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AdaptiveWindow } from "./adaptive-window.ts";
import { type SimulatedLink, type SimulatedResult, simulatePath } from "../testing/simulated-path.ts";
import { fixedWindow } from "../testing/fixed-window.ts";
import type { Window } from "./window.ts";

const KIB = 1024;
const MBIT = 125_000;
/** Simulating dozens of links takes a second, on a busy machine many. */
const PROPERTY_MS = 60_000;
const wan: SimulatedLink = { rate: 100 * MBIT, roundTripMs: 50, queueBytes: 512 * KIB, loss: 0 };
const slow: SimulatedLink = { rate: 10 * MBIT, roundTripMs: 50, queueBytes: 512 * KIB, loss: 0 };

/** Share of the link's rate that was used between two times, milliseconds. */
function use({ samples }: SimulatedResult, rate: number, fromMs: number, toMs: number): number {
  const at = (ms: number): number => samples.find((sample) => sample.atMs >= ms)?.delivered ?? 0;
  return (at(toMs) - at(fromMs)) / rate / ((toMs - fromMs) / 1000);
}

/** The longest queue, in milliseconds, between two times; `share` leaves out the worst part. */
function queue({ samples }: SimulatedResult, fromMs: number, toMs: number, share = 1): number {
  const sorted = samples
    .filter((sample) => sample.atMs >= fromMs && sample.atMs < toMs)
    .map((sample) => sample.queuedMs)
    .sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

/** A window that steps between two sizes every half second. */
function steppingWindow(): Window {
  let nowMs = 0;
  return {
    ...fixedWindow(),
    get outstandingBytes() {
      return nowMs % 1000 < 500 ? 640 * KIB : 1024 * KIB;
    },
    pieceBytes: 48 * KIB,
    ranges: 24,
    onDelivered: (_streamId, _bytes, atMs) => (nowMs = atMs),
  };
}

describe.each([
  ["an agent of the base protocol", 4],
  ["an agent with many slots", 32],
])("the adaptive window and %s, on simulated time", (_name, slots) => {
  test.each([
    ["10 Mbit/s, 50 ms", slow, 0.95, 60],
    ["100 Mbit/s, 50 ms", wan, 0.93, 40],
    ["50 Mbit/s, 150 ms", { ...wan, rate: 50 * MBIT, roundTripMs: 150 }, 0.85, 60],
    ["400 Mbit/s, 1 ms", { ...wan, rate: 400 * MBIT, roundTripMs: 1 }, 0.95, 12],
    ["1 Mbit/s, 200 ms", { ...slow, rate: MBIT, roundTripMs: 200 }, 0.9, 400],
  ])("uses a link of %s, and keeps its queue short", (_link, link, leastUse, mostQueuedMs) => {
    const result = simulatePath(new AdaptiveWindow(), { link, seconds: 25, slots });
    expect(use(result, link.rate, 8000, 25_000)).toBeGreaterThan(leastUse);
    expect(queue(result, 3000, 25_000, 0.95)).toBeLessThan(mostQueuedMs);
    expect(result.droppedByQueue).toBe(0);
  });

  test.each([
    ["10 Mbit/s, 50 ms", slow],
    ["100 Mbit/s, 50 ms", wan],
    ["40 Mbit/s, 80 ms", { ...wan, rate: 40 * MBIT, roundTripMs: 80 }],
    ["400 Mbit/s, 1 ms", { ...wan, rate: 400 * MBIT, roundTripMs: 1 }],
  ])("never makes a nervous sender assume a loss on a link of %s", (_link, link) => {
    const result = simulatePath(new AdaptiveWindow(), { link, seconds: 25, slots, nervous: true });
    expect(result.collapses).toBe(0);
    expect(use(result, link.rate, 3000, 25_000)).toBeGreaterThan(0.93);
  });

  test("never overflows a shallow queue", () => {
    const shallow = { ...wan, queueBytes: 256 * KIB };
    const result = simulatePath(new AdaptiveWindow(), { link: shallow, seconds: 25, slots, nervous: true });
    expect(result.droppedByQueue).toBe(0);
    expect(use(result, wan.rate, 3000, 25_000)).toBeGreaterThan(0.93);
  });

  test("starts without overflowing the link's queue, and is at full speed within two seconds; with many slots within one", () => {
    const result = simulatePath(new AdaptiveWindow(), { link: wan, seconds: 5, slots });
    expect(result.droppedByQueue).toBe(0);
    const fullAtMs = slots > 4 ? 1000 : 2000;
    expect(use(result, wan.rate, fullAtMs, fullAtMs + 2000)).toBeGreaterThan(0.9);
  });

  test("adapts within two seconds when the link becomes ten times slower, and within three when it becomes faster again", () => {
    const change = (nowMs: number, link: SimulatedLink): void => {
      link.rate = nowMs >= 10_000 && nowMs < 20_000 ? slow.rate : wan.rate;
    };
    const result = simulatePath(new AdaptiveWindow(), { link: wan, seconds: 30, change, slots });
    expect(queue(result, 12_500, 20_000, 0.95)).toBeLessThan(60);
    expect(use(result, slow.rate, 12_500, 20_000)).toBeGreaterThan(0.9);
    expect(use(result, wan.rate, 23_000, 30_000)).toBeGreaterThan(0.8);
  });

  test("follows a round trip that grows, once the old one has expired", () => {
    const change = (nowMs: number, link: SimulatedLink): void => {
      link.roundTripMs = nowMs < 10_000 ? 20 : 100;
    };
    const result = simulatePath(new AdaptiveWindow(), { link: { ...slow, roundTripMs: 20 }, seconds: 40, change, slots });
    expect(use(result, slow.rate, 25_000, 40_000)).toBeGreaterThan(0.85);
  });

  test("a consumer slower than the path gets all it wants, with nothing queued before it", () => {
    const demand = 1_000_000;
    const result = simulatePath(new AdaptiveWindow(), { link: wan, seconds: 20, demand, slots });
    expect(result.delivered).toBeGreaterThan(demand * 19.5);
    expect(queue(result, 3000, 20_000, 0.95)).toBeLessThan(10);
  });

  test(
    "neither starves nor floods on any link, whatever its rate, delay, queue and loss",
    () => {
      const links = fc.record({
        rate: fc.integer({ min: MBIT, max: 300 * MBIT }),
        roundTripMs: fc.integer({ min: 1, max: 300 }),
        queueBytes: fc.integer({ min: 64 * KIB, max: 1024 * KIB }),
        loss: fc.constantFrom(0, 0, 0.001, 0.01),
      });
      fc.assert(
        fc.property(links, fc.integer({ min: 1, max: 1000 }), fc.boolean(), (link, seed, nervous) => {
          const window = new AdaptiveWindow();
          const result = simulatePath(window, { link, seconds: 10, seed, slots, nervous });
          expect(result.mostRanges).toBeLessThanOrEqual(slots);
          expect(result.mostOutstanding).toBeLessThanOrEqual(4 * 1024 * KIB);
          for (const { windowBytes } of result.samples) expect(windowBytes).toBeGreaterThanOrEqual(32 * KIB);
          const product = (link.rate * link.roundTripMs) / 1000;
          // Never much more than the path holds: what it may queue on top is what the seek would wait for.
          const atEnd = result.samples.slice(-300);
          for (const { windowBytes } of atEnd) expect(windowBytes).toBeLessThan(2.2 * product + link.rate * 0.02 + 160 * KIB);
          if (link.loss === 0 && link.queueBytes > product && !nervous) expect(use(result, link.rate, 5000, 10_000)).toBeGreaterThan(0.45);
        }),
        { numRuns: 25 },
      );
    },
    PROPERTY_MS,
  );
});

test("its sway prevents most false losses of a nervous sender if packets are sometimes delayed by a few milliseconds", () => {
  const run = (window: Window, offsetMs: number): number => {
    const change = (nowMs: number, link: SimulatedLink): void => {
      link.roundTripMs = (nowMs + offsetMs) % 530 < 40 ? 54 : 50;
    };
    return simulatePath(window, { link: wan, seconds: 20, slots: 32, nervous: true, change }).collapses;
  };
  const offsets = [0, 130, 270, 390];
  const total = (create: () => Window): number => offsets.reduce((sum, offsetMs) => sum + run(create(), offsetMs), 0);
  const still = (): Window => ({ ...fixedWindow({ outstandingBytes: 740 * KIB, pieceBytes: 47 * KIB }), ranges: 24 });
  expect(total(() => new AdaptiveWindow())).toBeLessThan(total(still) / 2);
});

test("the simulated nervous sender does assume losses if a window steps: the tests above can fail", () => {
  const run = { link: wan, seconds: 25, slots: 32 };
  expect(simulatePath(steppingWindow(), { ...run, nervous: true }).collapses).toBeGreaterThan(0);
  expect(simulatePath(steppingWindow(), run).collapses).toBe(0);
});
