import { describe, expect, it } from "vitest";
import type { LinkOptions } from "../testing/link/link.ts";
import { burstLoss, randomLoss } from "../testing/link/loss-model.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { simulate, type SimulationResult } from "../testing/link/packet-flow.ts";
import { TokenBucket } from "../testing/link/token-bucket.ts";
import { createSample } from "./controller.ts";
import { ModelBased } from "./model-based.ts";
import { Phase } from "./model/phase.ts";

/** Bytes per ms of 1 Mbit/s. */
const MBIT = 125;
const PACKET_BYTES = 1200;
const RATE = 20 * MBIT;
const RTT_MS = 50;
const BDP = RATE * RTT_MS;
const path: LinkOptions = { rate: RATE, delayMs: RTT_MS / 2, queueBytes: BDP };

const modelBased = (seed = 1): ModelBased => new ModelBased({ packetBytes: PACKET_BYTES, random: mulberry32(seed) });

function alone(link: LinkOptions, seconds: number, back?: LinkOptions): SimulationResult {
  return simulate({ flows: [{ controller: modelBased() }], link, durationMs: seconds * 1000, ...(back && { back }) });
}

/** Delivered from second `from` to `to`, Mbit/s, of the flow with this index. */
function mbit({ flows }: SimulationResult, from: number, to: number, flow = 0): number {
  const seconds = flows[flow]?.bytesBySecond.slice(from, to) ?? [];
  return seconds.reduce((sum, bytes) => sum + bytes, 0) / seconds.length / 125_000;
}

/** The wait in the queue that a share of the samples from second `from` on stays under, ms. */
function queueMs({ queueMs: samples }: SimulationResult, share: number, from: number): number {
  const sorted = samples.slice(from * 100).sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
}

describe("ModelBased alone on a path of 20 Mbit/s and 50 ms", () => {
  it("fills the link without a standing queue", () => {
    const run = alone(path, 10);
    expect(mbit(run, 1, 10)).toBeGreaterThan(19.5);
    expect(queueMs(run, 0.5, 1)).toBeLessThan(0.1 * RTT_MS);
    expect(queueMs(run, 0.95, 1)).toBeLessThan(0.5 * RTT_MS);
  });

  it.each([0.001, 0.01, 0.03])("fills the link at a random loss of %d", (share) => {
    const run = alone({ ...path, loss: randomLoss(share, mulberry32(8)) }, 10);
    expect(mbit(run, 2, 10)).toBeGreaterThan(0.94 * 20 * (1 - share));
    expect(queueMs(run, 0.5, 1)).toBeLessThan(0.5 * RTT_MS);
  });

  it("keeps most of the rate when loss comes in bursts of ten packets", () => {
    // A single run depends on when the bursts come: the median of several seeds.
    const rates = [6, 7, 8, 9, 10].map((seed) => {
      const run = alone({ ...path, loss: burstLoss({ begin: 0.001, end: 0.1 }, mulberry32(seed)) }, 10);
      return mbit(run, 1, 10);
    });
    rates.sort((one, other) => one - other);
    expect(rates[2]).toBeGreaterThan(17);
    expect(rates[0]).toBeGreaterThan(14);
  });

  it("fills the link in front of a queue of a quarter of a round trip, and loses less than 2 %", () => {
    const run = alone({ ...path, queueBytes: BDP / 4 }, 10);
    expect(mbit(run, 1, 10)).toBeGreaterThan(19);
    expect(run.link.dropped / run.link.sent).toBeLessThan(0.02);
  });

  it("leaves start-up when packets are lost, although the sender is too slow for its rate", () => {
    const model = modelBased();
    let delivered = 0;
    // The application limits every sample; a tenth of each round is lost from the sixth on, and the round trip hardly grows.
    for (let round = 0; round < 12; round++) {
      const sample = {
        ...createSample(),
        nowMs: 50 * (round + 1),
        rttMs: 50 + round,
        deliveryRate: RATE,
        arrivedBytes: BDP,
        appLimited: true,
      };
      sample.priorDeliveredBytes = delivered;
      for (let count = 0; count < 10; count++) {
        delivered += BDP / 10;
        const lostBytes = round > 5 ? BDP / 90 : 0;
        model.onAck({ ...sample, ackedBytes: BDP / 10, lostBytes, deliveredBytes: delivered, inflightBytes: BDP, priorInflightBytes: BDP });
      }
    }
    expect(model.phase).not.toBe(Phase.startup);
  });

  it("leaves a queue of two seconds nearly empty", () => {
    const run = alone({ ...path, queueBytes: 2000 * RATE }, 10);
    expect(mbit(run, 1, 10)).toBeGreaterThan(19);
    expect(queueMs(run, 0.5, 1)).toBeLessThan(0.1 * RTT_MS);
    expect(queueMs(run, 1, 0)).toBeLessThan(2 * RTT_MS);
  });

  it("keeps to the rate of a policer", () => {
    const run = alone({ ...path, rate: 100 * MBIT, policer: new TokenBucket(RATE, 50_000) }, 12);
    expect(mbit(run, 2, 12)).toBeGreaterThan(17);
    expect(run.link.dropped / run.link.sent).toBeLessThan(0.04);
  });

  it("does not flood a receiver that reads slower than the link", () => {
    const run = alone({ ...path, rate: 1000 * MBIT, queueBytes: 10 * BDP, receiver: { rate: RATE, bufferBytes: BDP / 2 } }, 10);
    expect(mbit(run, 1, 10)).toBeGreaterThan(19);
    expect(run.link.droppedInSocket / run.link.sent).toBeLessThan(0.01);
  });

  it("fills the link when 30 % of the acknowledgements are lost", () => {
    const run = alone(path, 10, { delayMs: RTT_MS / 2, loss: randomLoss(0.3, mulberry32(3)) });
    expect(mbit(run, 1, 10)).toBeGreaterThan(19.5);
  });

  it.each([false, true])("fills most of the link with a jitter of 30 ms (reordering: %s)", (jitterReorders) => {
    const run = alone({ ...path, jitterMs: 30, jitterReorders, random: mulberry32(5) }, 10);
    expect(mbit(run, 1, 10)).toBeGreaterThan(18);
  });
});

describe("ModelBased on a path that changes", () => {
  it.each([1, 5, 20])("is at full rate again after an outage of %d s", (seconds) => {
    const run = alone({ ...path, outages: [[3000, 3000 + seconds * 1000]] }, 2 * seconds + 8);
    // The timer's back-off at most doubles the outage (RFC 6298, 5.5); a second and a half are for the first round trips.
    expect(mbit(run, 2 * seconds + 5, 2 * seconds + 8)).toBeGreaterThan(19);
  });

  it.each([BDP, 2000 * RATE])("follows a rate that falls to a tenth, with a queue of %d bytes", (queueBytes) => {
    const rate = [
      { fromMs: 0, rate: RATE },
      { fromMs: 3000, rate: RATE / 10 },
    ];
    const run = alone({ ...path, queueBytes, rate }, 14);
    expect(mbit(run, 4, 14)).toBeGreaterThan(1.8);
    // A full window of the old rate takes a second to send at the new one.
    expect(queueMs(run, 0.5, 9)).toBeLessThan(RTT_MS);
  });

  it("follows a rate that rises tenfold within four seconds", () => {
    const rate = [
      { fromMs: 0, rate: RATE / 10 },
      { fromMs: 3000, rate: RATE },
    ];
    const run = alone({ ...path, rate }, 10);
    expect(mbit(run, 1, 3)).toBeGreaterThan(1.8);
    expect(mbit(run, 7, 10)).toBeGreaterThan(19);
  });
});

describe("ModelBased at the ends of the range", () => {
  it("keeps a path of 2 kbit/s busy", () => {
    const run = alone({ rate: 0.25, delayMs: RTT_MS / 2, queueBytes: 30_000 }, 400);
    expect(mbit(run, 0, 400)).toBeGreaterThan(0.00185);
    expect(run.link.dropped).toBe(0);
  });

  it("reaches 9 of 10 Gbit/s within a tenth of a second at a round trip of 5 ms", () => {
    const rate = 10_000 * MBIT;
    const link = { rate, delayMs: 2.5, queueBytes: rate * 5 };
    const early = alone(link, 0.1);
    const late = alone(link, 0.2);
    const bytes = (run: SimulationResult): number => run.flows[0]?.bytesBySecond[0] ?? 0;
    expect((bytes(late) - bytes(early)) / 100 / rate).toBeGreaterThan(0.9);
  });
});
