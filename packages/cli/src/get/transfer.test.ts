import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GetEvent } from "./report/get-event.ts";
import type { RemoteSource, RemoteVersion } from "./reconnecting-source.ts";
import type { Sink } from "./sink.ts";
import { transfer, type TransferOptions, type Transferred } from "./transfer.ts";

const WHOLE = Buffer.from("0123456789");
const SHA256 = createHash("sha256").update(WHOLE).digest("hex");

interface Bench {
  readonly events: GetEvent[];
  readonly finished: () => boolean;
  readonly starts: number[];
  run(options?: Partial<TransferOptions>): Promise<Transferred>;
}

/** @param there what the sink has at first; @param end how far the source goes */
function setUp(there: string, end = WHOLE.length, msEach = 0, version: Partial<RemoteVersion> = {}): Bench {
  const events: GetEvent[] = [];
  const starts: number[] = [];
  let bytes = Buffer.from(there);
  let finished = false;
  const source: RemoteSource = {
    version: { name: "film.mp4", size: WHOLE.length, etag: '"one"', ...version },
    async *stream({ start }) {
      starts.push(start);
      for (const byte of WHOLE.subarray(start, end)) {
        await new Promise((resolve) => setTimeout(resolve, msEach));
        yield Uint8Array.of(byte);
      }
    },
    path: () => (bytes.length < 5 ? Promise.reject(new Error("going away")) : Promise.resolve({ kind: "direct" })),
    close: async () => {},
  };
  const sink: Sink = {
    get length() {
      return bytes.length;
    },
    write: async (chunk) => void (bytes = Buffer.concat([bytes, chunk])),
    readBack: async (take) => take(bytes),
    finish: async () => void (finished = true),
    close: async () => false,
  };
  const signal = new AbortController().signal;
  const run = async (options: Partial<TransferOptions> = {}): Promise<Transferred> => {
    const report = (event: GetEvent): void => void events.push(event);
    const running = transfer({ source, sink, sha256: false, signal, report, progressMs: 1000, ...options });
    const [settled] = await Promise.allSettled([running, vi.runAllTimersAsync()]);
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  };
  return { events, finished: () => finished, starts, run };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("transfer", () => {
  it("downloads what is missing, and hashes the whole file", async () => {
    const bench = setUp("0123");
    expect(await bench.run({ sha256: true })).toEqual({ fetched: 6, sha256: SHA256 });
    expect([bench.starts, bench.finished(), bench.events[0]]).toEqual([[4], true, { event: "hashing", bytes: 4 }]);
  });

  it("requests nothing if all bytes are there, as after a stop before the last step", async () => {
    const bench = setUp("0123456789");
    expect(await bench.run({ sha256: true })).toEqual({ fetched: 0, sha256: SHA256 });
    expect([bench.starts, bench.finished()]).toEqual([[], true]);
  });

  it("reports progress at intervals, also without a path, and nothing after the end", async () => {
    const bench = setUp("", WHOLE.length, 500);
    await bench.run();
    expect(bench.events.length).toBeGreaterThanOrEqual(4);
    expect(bench.events[0]).toMatchObject({ event: "progress", size: 10, rate: expect.any(Number), path: "unknown" });
    expect(bench.events.at(-1)).toMatchObject({ percent: expect.any(Number), eta: expect.any(Number), path: "direct" });
    const told = bench.events.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.events.length).toBe(told);
  });

  it("ends where the source does if the size is provisional, and reports no percentage", async () => {
    for (const size of [0, 4, 1000]) {
      const bench = setUp("", WHOLE.length, 500, { size, provisional: true });
      expect(await bench.run({ sha256: true })).toEqual({ fetched: 10, sha256: SHA256 });
      expect(bench.finished()).toBe(true);
      for (const event of bench.events) {
        expect(Object.keys(event).toSorted(), "no size, no per cent, no time left").toEqual(["bytes", "event", "path", "rate"]);
      }
    }
  });

  it("doesn't finish the sink if a source of provisional size fails", async () => {
    const bench = setUp("", 4, 0, { size: 4, provisional: true });
    const source: RemoteSource = {
      version: { name: "film.mp4", size: 4, provisional: true },
      async *stream() {
        yield Uint8Array.of(1, 2, 3, 4);
        throw new Error("the host stopped in the middle");
      },
      path: async () => undefined,
      close: async () => {},
    };
    await expect(bench.run({ source })).rejects.toThrow("in the middle");
    expect(bench.finished()).toBe(false);
  });

  it("doesn't finish the sink if bytes are missing", async () => {
    const bench = setUp("", 9);
    await expect(bench.run()).rejects.toThrow("9 bytes came of 10");
    expect(bench.finished()).toBe(false);
  });
});
