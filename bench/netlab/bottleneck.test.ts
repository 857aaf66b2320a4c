import { describe, expect, it } from "vitest";

import { Bottleneck } from "./bottleneck.ts";
import type { Fate } from "./bottleneck.ts";
import { UNLIMITED, WIRE_OVERHEAD_BYTES } from "./direction-config.ts";
import type { DirectionConfig } from "./direction-config.ts";
import { createRandom } from "@rangecast/testkit/random";

/** A payload that has 1000 bytes on the wire, which take exactly 1 ms at 8 Mbit/s. */
const PAYLOAD = 1000 - WIRE_OVERHEAD_BYTES;
const EIGHT_MBIT = 8_000_000;

function bottleneck(config: Partial<DirectionConfig>, seed = 1): Bottleneck<number> {
  return new Bottleneck<number>({ ...UNLIMITED, ...config }, createRandom(seed), createRandom(seed));
}

/** Sends `count` packets at `atMs`. @returns what happened to each */
function send(link: Bottleneck<number>, atMs: number, count: number, first = 0): Fate[] {
  return Array.from({ length: count }, (_, index) => link.enqueue(atMs, first + index, PAYLOAD));
}

describe("rate", () => {
  it("serialises each packet for exactly its bits divided by the rate", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 3);
    expect(link.advance(0.999)).toEqual([]);
    expect(link.advance(1)).toEqual([0]);
    expect(link.advance(2.999)).toEqual([1]);
    expect(link.advance(3)).toEqual([2]);
  });

  it("stays exact over a long time, even if it is polled rarely", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 10_000);
    for (let now = 7.3; now < 5_000; now += 7.3) link.advance(now);
    link.advance(5_000);
    expect(link.counters.deliveredPackets).toBe(5_000);
  });

  it("gives an idle link no credit", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 1);
    link.advance(500);
    send(link, 500, 2, 1);
    expect(link.advance(501)).toEqual([1]);
    expect(link.advance(502)).toEqual([2]);
  });

  it("after a change of rate, sends the rest of the current packet at the new rate", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 2);
    link.configure(0.5, { rateBitsPerSecond: EIGHT_MBIT / 10 });
    expect(link.advance(5.49)).toEqual([]);
    expect(link.advance(5.5)).toEqual([0]);
    expect(link.advance(15.5)).toEqual([1]);
  });

  it("passes everything at once without a bottleneck", () => {
    const link = bottleneck({});
    send(link, 3, 4);
    expect(link.advance(3)).toEqual([0, 1, 2, 3]);
    expect(link.nextDueMs()).toBeUndefined();
  });
});

describe("delay", () => {
  it("adds exactly the delay after the bottleneck", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, delayMs: 25 });
    send(link, 10, 1);
    expect(link.nextDueMs()).toBe(36);
    expect(link.advance(35.999)).toEqual([]);
    expect(link.advance(36)).toEqual([0]);
  });

  it("never lets packets overtake each other when the delay falls", () => {
    const link = bottleneck({ delayMs: 100 });
    send(link, 0, 1);
    link.configure(10, { delayMs: 1 });
    send(link, 10, 1, 1);
    expect(link.advance(99)).toEqual([]);
    expect(link.advance(100)).toEqual([0, 1]);
  });

  it("with jitter is at least the fixed one, at most five means longer, and keeps the order", () => {
    const link = bottleneck({ delayMs: 10, jitterMs: 8 });
    const delays: number[] = [];
    for (let now = 0; now < 2_000; now++) {
      if (now < 1_900) send(link, now, 1, now);
      for (const sentAt of link.advance(now)) delays.push(now - sentAt);
    }
    expect(delays).toHaveLength(1_900);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...delays)).toBeGreaterThan(20);
    expect(Math.max(...delays)).toBeLessThanOrEqual(51);
    // In order, a packet that is delayed 1 ms less than the one before it arrives at the same time.
    for (const [index, delay] of delays.slice(1).entries()) expect(delay).toBeGreaterThanOrEqual(delays[index]! - 1);
  });
});

describe("queue", () => {
  it("drops packets exactly at its limit", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, queueBytes: 3_000 });
    expect(send(link, 0, 5)).toEqual(["queued", "queued", "queued", "overflow", "overflow"]);
    expect(link.counters).toMatchObject({ overflowPackets: 2, peakQueueBytes: 3_000 });
  });

  it("accepts packets again as soon as one has left", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, queueBytes: 3_000 });
    send(link, 0, 3);
    expect(send(link, 0.999, 1)).toEqual(["overflow"]);
    expect(send(link, 1, 1)).toEqual(["queued"]);
  });

  it("is shared: if one sender fills it, it is full for the others", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, queueBytes: 10_000 });
    const greedy = send(link, 0, 10, 0);
    const meek = send(link, 0, 1, 100);
    expect(greedy).not.toContain("overflow");
    expect(meek).toEqual(["overflow"]);
  });

  it("divides the rate between senders as they fill the queue", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    for (let now = 0; now < 1_000; now++) {
      link.enqueue(now, 1, PAYLOAD);
      link.enqueue(now, 2, PAYLOAD);
    }
    const arrived = link.advance(1_000);
    expect(arrived.length).toBe(1_000);
    expect(arrived.filter((sender) => sender === 1).length).toBe(500);
  });
});

describe("queue delays", () => {
  const delaysOf = (link: Bottleneck<number>): readonly number[] => {
    const { meanMs, p95Ms, samples } = link.queueDelays;
    return [meanMs, p95Ms, samples];
  };

  it("are the exact times that packets wait, without their own serialisation", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, delayMs: 20 });
    send(link, 0, 3); // wait 0, 1 and 2 ms
    send(link, 0.5, 1, 3); // half of the first packet was sent
    expect(delaysOf(link)).toEqual([(0 + 1 + 2 + 2.5) / 4, 2.5, 4]);
  });

  it("don't include packets that were not queued", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, queueBytes: 2_000 });
    send(link, 0, 5);
    expect(delaysOf(link)).toEqual([0.5, 1, 2]);
  });

  it("follow a change of rate", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 2);
    link.configure(0.5, { rateBitsPerSecond: EIGHT_MBIT / 10 });
    link.startQueueWatch();
    send(link, 0.5, 1, 2);
    expect(delaysOf(link)).toEqual([15, 15, 1]);
  });

  it("are those of new packets after the start of a watch", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT });
    send(link, 0, 10);
    link.startQueueWatch();
    expect(delaysOf(link)).toEqual([0, 0, 0]);
    send(link, 6, 1);
    expect(delaysOf(link)).toEqual([4, 4, 1]);
  });

  it("are 0 without a bottleneck", () => {
    const link = bottleneck({});
    send(link, 0, 3);
    expect(delaysOf(link)).toEqual([0, 0, 3]);
  });
});

describe("loss", () => {
  const fates = (seed: number): Fate[] => send(bottleneck({ loss: 0.01 }, seed), 0, 20_000);

  it("loses the same packets for the same seed, and others for another", () => {
    expect(fates(7)).toEqual(fates(7));
    expect(fates(7)).not.toEqual(fates(8));
  });

  it("loses about the configured share", () => {
    const lost = fates(7).filter((fate) => fate === "lost").length;
    expect(lost).toBeGreaterThan(150);
    expect(lost).toBeLessThan(250);
  });

  it("decides about the n-th packet independently of earlier losses", () => {
    const changed = bottleneck({ loss: 0 }, 7);
    send(changed, 0, 10_000);
    changed.configure(0, { loss: 0.01 });
    expect(send(changed, 0, 10_000)).toEqual(fates(7).slice(10_000));
  });

  it("loses nothing at 0 and everything at 1", () => {
    expect(new Set(send(bottleneck({ loss: 0 }), 0, 1_000))).toEqual(new Set(["queued"]));
    expect(new Set(send(bottleneck({ loss: 1 }), 0, 1_000))).toEqual(new Set(["lost"]));
  });

  it("comes in bursts if that is configured", () => {
    const bursts = send(bottleneck({ loss: 0.01, meanBurst: 50 }, 7), 0, 20_000);
    const begun = bursts.filter((fate, index) => fate === "lost" && bursts[index - 1] !== "lost").length;
    expect(begun).toBeGreaterThan(0);
    expect(bursts.filter((fate) => fate === "lost").length).toBeGreaterThan(10 * begun);
  });
});

describe("outage", () => {
  it("drops packets in flight and arriving packets, until it is over", () => {
    const link = bottleneck({ rateBitsPerSecond: EIGHT_MBIT, delayMs: 10 });
    send(link, 0, 5);
    link.outage(2, 1_002);
    expect(send(link, 1_001, 1)).toEqual(["outage"]);
    expect(send(link, 1_002, 1, 50)).toEqual(["queued"]);
    expect(link.advance(2_000)).toEqual([50]);
    expect(link.counters.outagePackets).toBe(6);
  });
});

it("refuses an invalid configuration", () => {
  for (const wrong of [
    { rateBitsPerSecond: 0 },
    { delayMs: -1 },
    { delayMs: Infinity },
    { jitterMs: -1 },
    { loss: 1.1 },
    { loss: NaN },
    { queueBytes: 0 },
  ]) {
    expect(() => bottleneck(wrong)).toThrow(RangeError);
  }
  // Less than a packet, not a number, infinite; and a loss of 0.8 needs bursts of at least 4.
  for (const wrong of [0.5, NaN, Infinity]) expect(() => bottleneck({ loss: 0.01, meanBurst: wrong })).toThrow(RangeError);
  expect(() => bottleneck({ loss: 0.8, meanBurst: 3.9 })).toThrow(RangeError);
  expect(() => bottleneck({ loss: 1, meanBurst: 10 })).toThrow(RangeError);
});
