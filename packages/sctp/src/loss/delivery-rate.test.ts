import { describe, expect, it } from "vitest";
import { DeliveryRate, type DeliveryStamp } from "./delivery-rate.ts";

const stamp = (): DeliveryStamp => ({ deliveredBytes: 0, deliveredAtMs: 0, firstSentAtMs: 0, sentAtMs: 0, appLimited: false });

/** Sends a packet of 1000 bytes at each time, and acknowledges each alone at the other. Returns the samples. */
function rates(rate: DeliveryRate, times: readonly (readonly [number, number])[]): number[] {
  const stamps = times.map(() => stamp());
  const events = times.flatMap(([sentAt, ackedAt], index) => [
    { atMs: sentAt, acked: false, index },
    { atMs: ackedAt, acked: true, index },
  ]);
  events.sort((a, b) => a.atMs - b.atMs);
  const samples: number[] = [];
  let inflight = 0;
  for (const { atMs, acked, index } of events) {
    const packet = stamps[index] ?? stamp();
    if (acked) {
      rate.begin();
      rate.onDelivered(packet, atMs, 1000);
      samples[index] = rate.end(10);
    } else rate.onSent(packet, atMs, inflight);
    inflight += acked ? -1000 : 1000;
  }
  return samples;
}

describe("DeliveryRate", () => {
  it("measures what the path delivers in a round trip", () => {
    const times = Array.from({ length: 200 }, (_, index) => [index * 2, index * 2 + 50] as const);
    expect(rates(new DeliveryRate(), times)[150]).toBeCloseTo(500, 6);
  });

  it("is not too high when acknowledgements come in a bunch", () => {
    const times = Array.from(
      { length: 200 },
      (_, index) => [index * 2, index < 100 ? index * 2 + 50 : Math.max(300, index * 2 + 50)] as const,
    );
    for (const sample of rates(new DeliveryRate(), times)) expect(sample).toBeLessThanOrEqual(500 + 1e-6 + 500 / 25);
  });

  it("is not too high when packets leave in a burst and come at the rate of the path", () => {
    const times = Array.from({ length: 50 }, (_, index) => [0, 50 + index * 4] as const);
    for (const sample of rates(new DeliveryRate(), times)) expect(sample).toBeLessThanOrEqual(250);
  });

  it("gives no sample for an interval shorter than any round trip", () => {
    expect(rates(new DeliveryRate(), [[0, 5]])).toEqual([NaN]);
  });

  it("gives no sample for a SACK that acknowledges nothing", () => {
    const rate = new DeliveryRate();
    rate.begin();
    expect(rate.end(0)).toBeNaN();
  });

  it("marks the packets sent after the sender ran out of data, until those are delivered", () => {
    const rate = new DeliveryRate();
    const before = stamp();
    rate.onSent(before, 0, 0);
    rate.onAppLimited(1000);
    const marked = stamp();
    rate.onSent(marked, 10, 1000);
    expect([before.appLimited, marked.appLimited]).toEqual([false, true]);
    for (const packet of [before, marked]) {
      rate.begin();
      rate.onDelivered(packet, 60, 1000);
      rate.end(0);
    }
    expect(rate.appLimited).toBe(true);
    const after = stamp();
    rate.onSent(after, 70, 0);
    expect(after.appLimited).toBe(false);
  });

  it("takes the newest of the packets that one SACK acknowledges", () => {
    const rate = new DeliveryRate();
    const packets = [stamp(), stamp(), stamp()];
    for (const [index, packet] of packets.entries()) rate.onSent(packet, index * 10, index * 1000);
    rate.begin();
    for (const packet of [2, 0, 1].map((index) => packets[index])) if (packet) rate.onDelivered(packet, 100, 1000);
    expect(rate.end(10)).toBeCloseTo(30, 6);
    expect(rate.deliveredBytes).toBe(3000);
  });
});
