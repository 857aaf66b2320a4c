import { describe, expect, test } from "vitest";
import { FIRST_PING_STREAM_ID, InFlightLimiter, PONG_PATIENCE_MS } from "./in-flight-limiter.ts";

const KIB = 1024;
const CHUNK = 16 * KIB;
const MBIT = 125; // bytes a millisecond

interface Path {
  /** Bytes a millisecond; may change. */
  rate: number;
  roundTripMs: number;
}

/** Sends as much as the limiter allows over a simulated path. Returns, for each millisecond, how long a byte sent then would wait, and the bytes arrived. */
function firehose(
  limiter: InFlightLimiter,
  path: Path,
  ms: number,
  change?: (nowMs: number, path: Path) => void,
): {
  waits: number[];
  arrivals: number[];
} {
  const inFlight: { bytes: number; ping: number | undefined }[] = [];
  const pongs: { atMs: number; id: number }[] = [];
  const waits: number[] = [];
  const arrivals: number[] = [];
  let credit = 0;
  let queued = 0;
  let arrived = 0;
  for (let nowMs = 0; nowMs < ms; nowMs++) {
    change?.(nowMs, path);
    while (pongs[0] !== undefined && pongs[0].atMs <= nowMs) limiter.pong(pongs.shift()?.id ?? -1, nowMs);
    while (limiter.mayMore(nowMs)) {
      inFlight.push({ bytes: CHUNK, ping: limiter.sent(CHUNK, nowMs) });
      queued += CHUNK;
    }
    waits.push(queued / path.rate);
    credit = queued === 0 ? 0 : credit + path.rate;
    for (let [head] = inFlight; head !== undefined && head.bytes <= credit; [head] = inFlight) {
      inFlight.shift();
      credit -= head.bytes;
      queued -= head.bytes;
      arrived += head.bytes;
      if (head.ping !== undefined) pongs.push({ atMs: nowMs + path.roundTripMs, id: head.ping });
    }
    arrivals.push(arrived);
  }
  return { waits, arrivals };
}

const late = (values: readonly number[], fromMs: number): number => Math.max(...values.slice(fromMs));

describe("the limit of bytes in flight", () => {
  test.each([
    ["10 Mbit/s, 50 ms", 10, 50],
    ["100 Mbit/s, 50 ms", 100, 50],
    ["2 Mbit/s, 20 ms", 2, 20],
    ["50 Mbit/s, 400 ms", 50, 400],
    ["400 Mbit/s, 2 ms", 400, 2],
  ])("to a browser that requests everything at once is about 200 ms of %s, and the path is full", (_name, mbit, roundTripMs) => {
    const path = { rate: mbit * MBIT, roundTripMs };
    const { waits, arrivals } = firehose(new InFlightLimiter(), path, 25_000);
    expect((late(arrivals, 0) - (arrivals[5000] ?? 0)) / path.rate / 20_000).toBeGreaterThan(0.9);
    expect(late(waits, 5000)).toBeLessThan(Math.max(260, roundTripMs, (80 * KIB) / path.rate));
  });

  test("falls within a few seconds when the path becomes slower", () => {
    const { waits } = firehose(new InFlightLimiter(), { rate: 100 * MBIT, roundTripMs: 50 }, 20_000, (nowMs, path) => {
      path.rate = (nowMs < 8000 ? 100 : 10) * MBIT;
    });
    expect(late(waits, 14_000)).toBeLessThan(260);
  });

  test("is never over the protocol's 8 MiB", () => {
    const limiter = new InFlightLimiter();
    firehose(limiter, { rate: 10_000 * MBIT, roundTripMs: 100 }, 3000);
    expect(limiter.limitBytes).toBe(8 * 1024 * KIB);
  });
});

describe("a browser that answers no PING", () => {
  test("is limited by bufferedAmount alone after the timeout, and gets no more PINGs", () => {
    const limiter = new InFlightLimiter();
    while (limiter.mayMore(0)) limiter.sent(CHUNK, 0);
    expect(limiter.mayMore(PONG_PATIENCE_MS)).toBe(false);
    expect(limiter.mayMore(PONG_PATIENCE_MS + 1)).toBe(true);
    expect(limiter.sent(CHUNK, PONG_PATIENCE_MS + 1)).toBeUndefined();
    expect(limiter.inFlightBytes).toBe(0);
  });

  test("is not one that has answered before and is late now", () => {
    const limiter = new InFlightLimiter();
    const first = limiter.sent(CHUNK, 0) ?? limiter.sent(CHUNK, 0) ?? -1;
    limiter.pong(first, 10);
    while (limiter.mayMore(10)) limiter.sent(CHUNK, 10);
    expect(limiter.mayMore(60_000)).toBe(false);
  });
});

test("a PONG proves the arrival of all before it, also where an earlier PONG is missing; a PONG that isn't ours proves nothing", () => {
  const limiter = new InFlightLimiter();
  const ids: number[] = [];
  for (let chunk = 0; chunk < 8; chunk++) ids.push(limiter.sent(CHUNK, chunk) ?? -1);
  const pinged = ids.filter((id) => id >= FIRST_PING_STREAM_ID);
  expect(pinged.length).toBeGreaterThan(1);
  limiter.pong(7, 50);
  expect(limiter.inFlightBytes).toBe(8 * CHUNK);
  limiter.pong(pinged.at(-1) ?? -1, 50);
  expect(limiter.inFlightBytes).toBeLessThan(2 * CHUNK);
  limiter.pong(pinged[0] ?? -1, 60);
  expect(limiter.inFlightBytes).toBeLessThan(2 * CHUNK);
});
