import { describe, expect, test } from "vitest";
import type { LinkOptions } from "../testing/link/link.ts";
import { bytesOf, Pair } from "../testing/pair.ts";

const DELAY_MS = 25;
const ROUND_TRIP_MS = 2 * DELAY_MS;
const MESSAGE_BYTES = 10_000;
/** 2.4 Mbit/s, bytes per ms. */
const RATE = 300;

/** An open pair, on links whose options may be changed, whose first side has many messages to send. */
function sending(
  messages: number,
  options: LinkOptions = {},
): { pair: Pair; there: LinkOptions; back: LinkOptions; arrived: () => number } {
  const there: LinkOptions = { delayMs: DELAY_MS, ...options };
  const back: LinkOptions = { delayMs: DELAY_MS, ...(options.outages === undefined ? {} : { outages: options.outages }) };
  const pair = new Pair({ there, back });
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  for (let count = 0; count < messages; count += 1) pair.first.send(0, 53, bytesOf(MESSAGE_BYTES, count));
  return { pair, there, back, arrived: () => pair.sides[1].messages.length };
}

describe("after a change of path", () => {
  const OUTAGE = [1000, 13_000] as const;

  test("what was lost is sent again at once, although the time-out had grown", () => {
    const { pair, arrived } = sending(120, { rate: RATE, outages: [OUTAGE] });
    pair.run(OUTAGE[1]);
    const before = arrived();
    expect(pair.first.deadline(pair.nowMs) - pair.nowMs).toBeGreaterThan(10 * ROUND_TRIP_MS);
    pair.first.changePath(pair.nowMs);
    pair.second.changePath(pair.nowMs);
    pair.run(OUTAGE[1] + 2 * ROUND_TRIP_MS);
    expect(arrived()).toBeGreaterThan(before);
    pair.runUntil(() => arrived() === 120);
    expect(pair.sides[1].messages.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 120 }, (_, seed) => (seed * 13) & 0xff));
  });

  test("the peer learns what has arrived, although the packet that said so was lost", () => {
    const { pair } = sending(1);
    let lost = 0;
    // All packets of the second side: SACKs.
    pair.onPacket = (from) => from === 0 || lost++ > 3;
    pair.run(pair.nowMs + ROUND_TRIP_MS);
    expect(lost).toBeGreaterThan(0);
    lost = 100;
    pair.second.changePath(pair.nowMs);
    pair.run(pair.nowMs + DELAY_MS);
    expect(pair.first.bufferedBytes).toBe(0);
  });

  test("a path that is as good goes on, and packets that the old one still delivers are not lost", () => {
    const { pair, arrived } = sending(100, { rate: RATE });
    pair.run(1000);
    const [packets] = pair.packets;
    pair.first.changePath(pair.nowMs);
    pair.second.changePath(pair.nowMs);
    pair.runUntil(() => arrived() === 100);
    expect(pair.nowMs).toBeLessThan(1.2 * ((100 * MESSAGE_BYTES) / RATE));
    expect(pair.packets[0] - packets).toBeLessThan(1.2 * ((100 * MESSAGE_BYTES) / 1144));
  });

  test("the rate of a path with a longer round trip is found within a second or two", () => {
    const { pair, there, back, arrived } = sending(220, { rate: RATE, queueBytes: 200_000 });
    pair.run(3000);
    there.delayMs = back.delayMs = 6 * DELAY_MS;
    pair.first.changePath(pair.nowMs);
    pair.second.changePath(pair.nowMs);
    pair.run(5000);
    const before = arrived();
    pair.run(7000);
    expect(((arrived() - before) * MESSAGE_BYTES) / 2000).toBeGreaterThan(0.8 * RATE);
  });

  test("packets have the size that every path carries, until a larger one was answered", () => {
    const { pair } = sending(0);
    pair.first.send(0, 53, bytesOf(MESSAGE_BYTES));
    pair.run(1000);
    const grown = pair.first.stats.packetBytes;
    pair.first.changePath(pair.nowMs);
    const { packetBytes } = pair.first.stats;
    expect(packetBytes).toBeLessThanOrEqual(grown);
    pair.run(3000);
    expect(pair.first.stats.packetBytes).toBe(grown);
  });

  test("an association that is idle, opening or over stays as it is", () => {
    const opening = new Pair();
    opening.first.changePath(0);
    opening.first.connect(0);
    opening.first.changePath(0);
    opening.runUntil(() => opening.sides.every(({ opened }) => opened));
    opening.first.changePath(opening.nowMs);
    opening.run(opening.nowMs + 60_000);
    expect(opening.first.state).toBe("established");
    opening.first.abort();
    opening.run(opening.nowMs + 100);
    opening.first.changePath(opening.nowMs);
    expect(opening.first.state).toBe("ended");
    expect(opening.first.poll(opening.nowMs)).toBeUndefined();
  });
});
