import { describe, expect, test } from "vitest";
import { InFlightLimiter, PONG_PATIENCE_MS } from "./in-flight-limiter.ts";

const KIB = 1024;
const CHUNK = 16 * KIB;
const MBIT = 125; // bytes a millisecond

interface Path {
  /** Bytes a millisecond; may change. */
  rate: number;
  roundTripMs: number;
}

/** Sends as much as the meter lets it over a path on simulated time; answers how long a byte sent then would have waited, each millisecond. */
function firehose(
  meter: InFlightLimiter,
  path: Path,
  ms: number,
  change?: (nowMs: number, path: Path) => void,
): {
  waits: number[];
  arrivals: number[];
} {
  const underWay: { bytes: number; ping: number | undefined }[] = [];
  const pongs: { atMs: number; id: number }[] = [];
  const waits: number[] = [];
  const arrivals: number[] = [];
  let credit = 0;
  let queued = 0;
  let arrived = 0;
  for (let nowMs = 0; nowMs < ms; nowMs++) {
    change?.(nowMs, path);
    while (pongs[0] !== undefined && pongs[0].atMs <= nowMs) meter.pong(pongs.shift()?.id ?? -1, nowMs);
    while (meter.mayMore(nowMs)) {
      underWay.push({ bytes: CHUNK, ping: meter.sent(CHUNK, nowMs) });
      queued += CHUNK;
    }
    waits.push(queued / path.rate);
    credit = queued === 0 ? 0 : credit + path.rate;
    for (let [head] = underWay; head !== undefined && head.bytes <= credit; [head] = underWay) {
      underWay.shift();
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

describe("what may be under way", () => {
  test.each([
    ["10 Mbit/s, 50 ms", 10, 50],
    ["100 Mbit/s, 50 ms", 100, 50],
    ["2 Mbit/s, 20 ms", 2, 20],
    ["50 Mbit/s, 400 ms", 50, 400],
    ["400 Mbit/s, 2 ms", 400, 2],
  ])("to a browser that asks for everything at once is about 200 ms of %s, and the path is full", (_name, mbit, roundTripMs) => {
    const path = { rate: mbit * MBIT, roundTripMs };
    const { waits, arrivals } = firehose(new InFlightLimiter(1), path, 25_000);
    expect((late(arrivals, 0) - (arrivals[5000] ?? 0)) / path.rate / 20_000).toBeGreaterThan(0.9);
    expect(late(waits, 5000)).toBeLessThan(Math.max(260, roundTripMs, (80 * KIB) / path.rate));
  });

  test("falls when the path becomes slower, within a few seconds", () => {
    const { waits } = firehose(new InFlightLimiter(1), { rate: 100 * MBIT, roundTripMs: 50 }, 20_000, (nowMs, path) => {
      path.rate = (nowMs < 8000 ? 100 : 10) * MBIT;
    });
    expect(late(waits, 14_000)).toBeLessThan(260);
  });

  test("is never over the protocol's 8 MiB", () => {
    const meter = new InFlightLimiter(1);
    firehose(meter, { rate: 10_000 * MBIT, roundTripMs: 100 }, 3000);
    expect(meter.limitBytes).toBe(8 * 1024 * KIB);
  });
});

describe("a browser that answers no PING", () => {
  test("is left to bufferedAmount after its patience, and gets no more PINGs", () => {
    const meter = new InFlightLimiter(1);
    while (meter.mayMore(0)) meter.sent(CHUNK, 0);
    expect(meter.mayMore(PONG_PATIENCE_MS)).toBe(false);
    expect(meter.mayMore(PONG_PATIENCE_MS + 1)).toBe(true);
    expect(meter.sent(CHUNK, PONG_PATIENCE_MS + 1)).toBeUndefined();
    expect(meter.underWayBytes).toBe(0);
  });

  test("is not taken for one while it answers late, once it has answered", () => {
    const meter = new InFlightLimiter(1);
    const first = meter.sent(CHUNK, 0) ?? meter.sent(CHUNK, 0) ?? -1;
    meter.pong(first, 10);
    while (meter.mayMore(10)) meter.sent(CHUNK, 10);
    expect(meter.mayMore(60_000)).toBe(false);
  });
});

test("a PONG proves all before it, also those whose own PONG was not seen; others' PONGs prove nothing", () => {
  const meter = new InFlightLimiter(100);
  const ids: number[] = [];
  for (let chunk = 0; chunk < 8; chunk++) ids.push(meter.sent(CHUNK, chunk) ?? -1);
  const pinged = ids.filter((id) => id >= 100);
  expect(pinged.length).toBeGreaterThan(1);
  meter.pong(7, 50);
  expect(meter.underWayBytes).toBe(8 * CHUNK);
  meter.pong(pinged.at(-1) ?? -1, 50);
  expect(meter.underWayBytes).toBeLessThan(2 * CHUNK);
  meter.pong(pinged[0] ?? -1, 60);
  expect(meter.underWayBytes).toBeLessThan(2 * CHUNK);
});
