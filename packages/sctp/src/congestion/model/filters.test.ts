import { describe, expect, it } from "vitest";
import type { AckSample } from "../controller.ts";
import { ExtraAcked } from "./extra-acked.ts";
import { MinRtt } from "./min-rtt.ts";
import { RoundCounter } from "./round-counter.ts";
import { WindowedMax } from "./windowed-max.ts";

describe("WindowedMax", () => {
  it("forgets a value after as many slots as it has", () => {
    const max = new WindowedMax(2);
    max.update(9);
    max.advance();
    max.update(5);
    expect(max.value).toBe(9);
    max.advance();
    expect(max.value).toBe(5);
    max.advance();
    expect(max.value).toBe(0);
  });

  it("keeps nothing but the value of a reset", () => {
    const max = new WindowedMax(2);
    max.update(9);
    max.advance();
    max.reset(3);
    expect(max.value).toBe(3);
  });
});

describe("MinRtt", () => {
  it("asks for a probe when no round trip was near the minimum for five seconds", () => {
    const min = new MinRtt();
    expect(min.update(50, 0, 0)).toBe(false);
    expect(min.update(80, 4900, 90)).toBe(false);
    expect(min.update(80, 5100, 100)).toBe(true);
    expect(min.valueMs).toBe(50);
  });

  it("asks for none while round trips confirm the minimum", () => {
    const min = new MinRtt();
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) expect(min.update(50 + (nowMs % 300) / 100, nowMs, nowMs / 50)).toBe(false);
    expect(min.valueMs).toBe(50);
  });

  it("takes a longer minimum after ten seconds", () => {
    const min = new MinRtt();
    min.update(50, 0, 0);
    for (let nowMs = 100; nowMs <= 16_000; nowMs += 100) min.update(80, nowMs, nowMs / 50);
    expect(min.valueMs).toBe(80);
  });

  it("holds a minimum for some rounds where a round trip takes seconds", () => {
    const min = new MinRtt();
    min.update(5000, 0, 0);
    for (let round = 1; round <= 19; round++) expect(min.update(19_000, round * 19_000, round)).toBe(false);
    expect(min.valueMs).toBe(5000);
  });
});

describe("ExtraAcked", () => {
  it("is what came at once beyond the bandwidth, for ten rounds", () => {
    const extra = new ExtraAcked();
    for (let nowMs = 0; nowMs < 100; nowMs += 20) extra.update(nowMs, 2000, 100, 1e6);
    expect(extra.bytes).toBe(2000);
    for (let round = 0; round < 10; round++) extra.beginRound();
    expect(extra.bytes).toBe(0);
  });

  it("is at most the window", () => {
    const extra = new ExtraAcked();
    extra.update(0, 9000, 100, 5000);
    expect(extra.bytes).toBe(5000);
  });
});

describe("RoundCounter", () => {
  it("counts a round when a packet sent in it is acknowledged", () => {
    const rounds = new RoundCounter();
    const update = (deliveredBytes: number, priorDeliveredBytes: number): boolean =>
      rounds.update({ deliveredBytes, priorDeliveredBytes } as AckSample);
    expect([update(1000, 0), update(2000, 0), update(3000, 999), update(4000, 1000)]).toEqual([true, false, false, true]);
    expect(rounds.count).toBe(2);
  });
});
