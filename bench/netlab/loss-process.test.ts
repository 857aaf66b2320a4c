import { describe, expect, it } from "vitest";

import { UNLIMITED } from "./direction-config.ts";
import type { DirectionConfig } from "./direction-config.ts";
import { LossProcess } from "./loss-process.ts";
import { createRandom } from "@rangecast/testkit/random";

type LossConfig = Pick<DirectionConfig, "loss" | "meanBurst">;

/** Whether each of `count` packets is lost. */
function losses(config: LossConfig, count: number, seed = 1): boolean[] {
  const process = new LossProcess(createRandom(seed));
  return Array.from({ length: count }, () => process.next({ ...UNLIMITED, ...config }));
}

/** The lengths of all sequences of packets in a row that are lost (or that are not). */
function lengths(fates: readonly boolean[], lost: boolean): number[] {
  const found: number[] = [];
  for (const [index, fate] of fates.entries()) {
    if (fate !== lost) continue;
    if (index > 0 && fates[index - 1] === lost) found[found.length - 1]! += 1;
    else found.push(1);
  }
  return found;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The share of sequences that are longer than this. */
const longer = (values: readonly number[], than: number): number => values.filter((value) => value > than).length / values.length;

const PACKETS = 400_000;
/** The rarest case has about 400 bursts in that many packets: a standard deviation of 7 %. */
const TOLERANCE = 0.15;

function expectNear(value: number, wanted: number): void {
  expect(Math.abs(value / wanted - 1), `${value} instead of ${wanted}`).toBeLessThan(TOLERANCE);
}

describe.each<Required<LossConfig>>([
  { loss: 0.001, meanBurst: 1 },
  { loss: 0.01, meanBurst: 3 },
  { loss: 0.01, meanBurst: 10 },
  { loss: 0.05, meanBurst: 20 },
  { loss: 0.5, meanBurst: 4 },
])("a loss of $loss in bursts of $meanBurst", (config) => {
  const { loss, meanBurst } = config;
  const fates = losses(config, PACKETS);
  const bursts = lengths(fates, true);
  const gaps = lengths(fates, false);

  it("loses that share", () => {
    expectNear(fates.filter(Boolean).length / PACKETS, loss);
  });

  it("has bursts of that mean length, and gaps that fit to it", () => {
    expectNear(mean(bursts), meanBurst);
    expectNear(mean(gaps), (meanBurst * (1 - loss)) / loss);
  });

  it("has geometric lengths: a sequence of any age ends with the same chance", () => {
    expect(longer(bursts, meanBurst)).toBeCloseTo((1 - 1 / meanBurst) ** meanBurst, 1);
    const gap = Math.round(mean(gaps));
    expect(longer(gaps, gap)).toBeCloseTo((1 - 1 / mean(gaps)) ** gap, 1);
  });

  it("loses the same packets for the same seed, and others for another", () => {
    const first = fates.slice(0, 20_000);
    expect(losses(config, 20_000)).toEqual(first);
    expect(losses(config, 20_000, 2)).not.toEqual(first);
  });
});

it.each([0.01, 0.2, 0.7])(
  "loses the same packets as without bursts for the burst length that independent losses have (loss %f)",
  (loss) => {
    expect(losses({ loss, meanBurst: 1 / (1 - loss) }, 5_000)).toEqual(losses({ loss }, 5_000));
  },
);

it("loses the first packet as often as any other", () => {
  const seeds = Array.from({ length: 5_000 }, (_, index) => index);
  const lost = seeds.filter((seed) => losses({ loss: 0.2, meanBurst: 10 }, 1, seed)[0]).length;
  expectNear(lost / seeds.length, 0.2);
});

it("ends a burst when the loss becomes 0", () => {
  const process = new LossProcess(createRandom(1));
  const lossy: DirectionConfig = { ...UNLIMITED, loss: 0.5, meanBurst: 1_000 };
  while (!process.next(lossy));
  expect(process.next({ ...lossy, loss: 0 })).toBe(false);
});
