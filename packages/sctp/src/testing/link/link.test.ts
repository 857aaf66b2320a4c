import { describe, expect, it } from "vitest";
import { Link, type LinkOptions } from "./link.ts";
import { burstLoss, randomLoss } from "./loss-model.ts";
import { mulberry32 } from "./mulberry32.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Sends packets of 1000 bytes, numbered, at these times. Returns [number, time] of what arrives, in order. */
function arrivals(options: LinkOptions, sentAtMs: readonly number[]): [number, number][] {
  const link = new Link<number>(options);
  const result: [number, number][] = [];
  for (const [index, nowMs] of sentAtMs.entries()) link.send(0, nowMs, 1000, index);
  while (link.nextAtMs < Infinity) {
    const nowMs = link.nextAtMs;
    const arrived = link.receive(nowMs);
    if (arrived) result.push([arrived.packet, nowMs]);
  }
  return result;
}

describe("Link", () => {
  it("delays by service and propagation", () => {
    expect(arrivals({ rate: 100, delayMs: 5 }, [0, 0, 100])).toEqual([
      [0, 15],
      [1, 25],
      [2, 115],
    ]);
  });

  it("drops what does not fit the queue", () => {
    expect(arrivals({ rate: 100, queueBytes: 2000 }, [0, 0, 0, 11]).map(([packet]) => packet)).toEqual([0, 1, 3]);
  });

  it("serves a packet across a change of the rate", () => {
    const rate = [
      { fromMs: 0, rate: 100 },
      { fromMs: 5, rate: 10 },
    ];
    expect(arrivals({ rate }, [0])).toEqual([[0, 55]]);
  });

  it("loses everything in an outage", () => {
    expect(arrivals({ outages: [[10, 20]] }, [9, 10, 19, 20]).map(([packet]) => packet)).toEqual([0, 3]);
  });

  it("loses packets that are larger than it carries at the time", () => {
    const maxBytes = (nowMs: number): number => (nowMs < 10 ? 1000 : 999);
    expect(arrivals({ maxBytes }, [9, 10]).map(([packet]) => packet)).toEqual([0]);
  });

  it("polices by a token bucket", () => {
    expect(arrivals({ policer: new TokenBucket(100, 2000) }, [0, 0, 0, 10, 10]).map(([packet]) => packet)).toEqual([0, 1, 3]);
  });

  it("reads at the receiver's pace from a socket that drops", () => {
    expect(arrivals({ receiver: { rate: 100, bufferBytes: 2000 } }, [0, 0, 0, 11])).toEqual([
      [0, 10],
      [1, 20],
      [3, 30],
    ]);
  });

  it("reorders by jitter only if told", () => {
    const times = Array.from({ length: 200 }, (_, index) => index);
    const numbers = (jitterReorders: boolean): number[] =>
      arrivals({ jitterMs: 30, jitterReorders, random: mulberry32(1) }, times).map(([packet]) => packet);
    expect(numbers(false)).toEqual(times);
    expect(numbers(true)).not.toEqual(times);
    expect(numbers(true).sort((a, b) => a - b)).toEqual(times);
  });

  it("delays a share of the packets past others", () => {
    const times = Array.from({ length: 1000 }, (_, index) => index);
    const late = arrivals({ reorderShare: 0.1, reorderMs: 50, random: mulberry32(2) }, times).filter(
      ([packet, atMs]) => atMs === packet + 50,
    );
    expect(late.length).toBeGreaterThan(70);
    expect(late.length).toBeLessThan(130);
  });

  it("is the same for the same seed", () => {
    const times = Array.from({ length: 500 }, (_, index) => index);
    const run = (seed: number): [number, number][] => arrivals({ loss: randomLoss(0.1, mulberry32(seed)) }, times);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});

describe("loss models", () => {
  it("lose the share they are told", () => {
    const loss = randomLoss(0.03, mulberry32(1));
    const lost = Array.from({ length: 100_000 }, () => loss()).filter(Boolean).length;
    expect(lost / 100_000).toBeCloseTo(0.03, 2);
  });

  it("lose in bursts of the mean length they are told", () => {
    const loss = burstLoss({ begin: 0.01, end: 0.2 }, mulberry32(1));
    const losses = Array.from({ length: 100_000 }, () => loss());
    const bursts = losses.filter((lost, index) => lost && !losses[index - 1]).length;
    expect(losses.filter(Boolean).length / bursts).toBeGreaterThan(4.5);
    expect(losses.filter(Boolean).length / bursts).toBeLessThan(5.5);
  });
});
