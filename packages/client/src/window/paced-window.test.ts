import { describe, expect, test } from "vitest";
import { type SimulatedLink, type SimulatedResult, simulatePath, type SimulatedRun } from "../testing/simulated-path.ts";
import { AdaptiveWindow } from "./adaptive-window.ts";
import { PacedWindow } from "./paced-window.ts";

const KIB = 1024;
const MBIT = 125_000;
const wan: SimulatedLink = { rate: 100 * MBIT, roundTripMs: 50, queueBytes: 512 * KIB, loss: 0 };

function run(window: PacedWindow | AdaptiveWindow, options: Partial<SimulatedRun> & Pick<SimulatedRun, "link">): SimulatedResult {
  return simulatePath(window, { seconds: 20, slots: 32, paced: true, ...options });
}

/** Share of the link's rate that was used between two times, milliseconds. */
function use({ samples }: SimulatedResult, rate: number, fromMs: number, toMs: number): number {
  const at = (ms: number): number => samples.find((sample) => sample.atMs >= ms)?.delivered ?? 0;
  return (at(toMs) - at(fromMs)) / rate / ((toMs - fromMs) / 1000);
}

describe("a window for a host that paces", () => {
  test.each([
    ["100 Mbit/s, 50 ms", wan],
    ["10 Mbit/s, 50 ms", { ...wan, rate: 10 * MBIT }],
    ["400 Mbit/s, 1 ms", { ...wan, rate: 400 * MBIT, roundTripMs: 1 }],
    ["300 Mbit/s, 20 ms", { ...wan, rate: 300 * MBIT, roundTripMs: 20 }],
    ["1 Mbit/s, 200 ms", { ...wan, rate: MBIT, roundTripMs: 200 }],
    ["50 Mbit/s, 150 ms, 1 % lost", { ...wan, rate: 50 * MBIT, roundTripMs: 150, loss: 0.01 }],
    ["100 Mbit/s, 50 ms, 0.1 % lost", { ...wan, loss: 0.001 }],
    ["100 Mbit/s, 50 ms, 1 % lost", { ...wan, loss: 0.01 }],
    ["100 Mbit/s, 50 ms, 3 % lost", { ...wan, loss: 0.03 }],
  ])("keeps it supplied over %s", (_name, link) => {
    // A lost packet costs a packet's time once more.
    const possible = 1 - link.loss;
    expect(use(run(new PacedWindow(), { link }), link.rate, 3000, 19_900)).toBeGreaterThan(0.95 * possible);
  });

  test("a window that takes each wait for a lost packet for a queue does not: the tests above can fail", () => {
    const link = { ...wan, loss: 0.03 };
    expect(use(run(new AdaptiveWindow(), { link }), link.rate, 3000, 19_900)).toBeLessThan(0.7);
  });

  test("is no limit at the start, while the host doubles its rate each round trip", () => {
    const result = run(new PacedWindow(), { link: wan, seconds: 3 });
    expect(use(result, wan.rate, 600, 2900)).toBeGreaterThan(0.95);
  });

  test("becomes smaller with the path, and larger again", () => {
    const change = (nowMs: number, link: SimulatedLink): void => {
      link.rate = nowMs >= 3000 && nowMs < 15_000 ? 10 * MBIT : wan.rate;
    };
    const result = run(new PacedWindow(), { link: wan, change });
    const whenSlow = result.samples.filter(({ atMs }) => atMs > 13_000 && atMs < 15_000);
    expect(Math.max(...whenSlow.map(({ windowBytes }) => windowBytes))).toBeLessThan(10 * MBIT * 0.5);
    expect(use(result, wan.rate, 16_000, 19_900)).toBeGreaterThan(0.9);
  });

  test.each([
    ["10 Mbit/s", 10 * MBIT, false],
    ["100 Mbit/s", 100 * MBIT, true],
  ])("asks for large frames if they take a few milliseconds only: at %s", (_name, rate, large) => {
    const window = new PacedWindow();
    run(window, { link: { ...wan, rate }, seconds: 5 });
    expect(window.largeChunks).toBe(large);
  });

  test("is never larger than 8 MiB", () => {
    const result = run(new PacedWindow(), { link: { ...wan, rate: 1000 * MBIT, roundTripMs: 100 }, seconds: 5 });
    expect(result.mostOutstanding).toBeLessThanOrEqual(8 * KIB * KIB);
  });
});
