import { expect, test } from "vitest";
import { ArrivalRate, type ArrivalStamp } from "./arrival-rate.ts";

const stamp = (sentAtMs: number): ArrivalStamp => ({ sentAtMs, sacks: 0, packets: 0, packetBytes: 0, reportsComplete: true });

/** Sends packets of 1,000 bytes, each with a stamp. */
function send(rate: ArrivalRate, count: number): ArrivalStamp[] {
  return Array.from({ length: count }, (_, index) => {
    const sent = stamp(index);
    rate.onSent(sent, false);
    rate.onPacket(1000);
    return sent;
  });
}

function acknowledge(rate: ArrivalRate, count: number): void {
  for (let index = 0; index < count; index += 1) rate.onSack();
}

test("as many packets arrived since a chunk was sent as SACKs", () => {
  const rate = new ArrivalRate();
  send(rate, 5);
  acknowledge(rate, 5);
  const chunk = stamp(100);
  rate.onSent(chunk, false);
  acknowledge(rate, 20);
  expect(rate.bytesSince(chunk)).toBe(20 * 1000);
  expect(rate.rateSince(chunk, 150, 40)).toBe((20 * 1000) / 50);
});

test("there is no rate in less than a round trip", () => {
  const rate = new ArrivalRate();
  const chunk = stamp(100);
  rate.onSent(chunk, true);
  rate.onSack();
  expect(rate.rateSince(chunk, 139, 40)).toBeNaN();
  expect(rate.rateSince(chunk, 100, 0)).toBeNaN();
});

test("the mean size is that of the packets before a chunk", () => {
  const rate = new ArrivalRate();
  send(rate, 3);
  const chunk = stamp(3);
  rate.onSent(chunk, false);
  for (let count = 0; count < 1000; count += 1) rate.onPacket(10);
  acknowledge(rate, 3);
  expect(rate.bytesSince(chunk)).toBe(3000);
});

test("the share of packets that were lost follows from SACKs since the last complete report", () => {
  const rate = new ArrivalRate();
  const sent = send(rate, 101);
  acknowledge(rate, 10);
  rate.onComplete(sent[0]!);
  acknowledge(rate, 60);
  expect(rate.lostShare(sent[100]!)).toBeCloseTo(0.4);
  acknowledge(rate, 100);
  expect(rate.lostShare(sent[100]!)).toBe(0);
  // A chunk from before the report says nothing.
  expect(rate.lostShare(sent[0]!)).toBe(0);
});
