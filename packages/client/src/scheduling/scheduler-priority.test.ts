/* Rule C-14: what a person waits for overtakes what nobody waits for. */
import { describe, expect, test } from "vitest";
import { PacedWindow } from "../window/paced-window.ts";
import { AdaptiveWindow } from "../window/adaptive-window.ts";
import type { Priority, Reader } from "./reader.ts";
import { Scheduler } from "./scheduler.ts";
import { EventQueue } from "../testing/event-queue.ts";
import { FakeRangeSource } from "../testing/fake-range-source.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { SimulatedRangeSource } from "../testing/simulated-range-source.ts";
import { fixedWindow } from "../testing/fixed-window.ts";
import type { Window } from "../window/window.ts";

const asked = (source: FakeRangeSource): number[] => source.asked.map(({ offset }) => offset);

function createBench(window = fixedWindow({ outstandingBytes: 200, pieceBytes: 100 })): { scheduler: Scheduler; source: FakeRangeSource } {
  const scheduler = new Scheduler();
  const source = new FakeRangeSource(window);
  scheduler.addSource(source);
  return { scheduler, source };
}

function take(scheduler: Scheduler, start: number, priority: Priority = "interactive", length = 1000): Reader {
  const reader = scheduler.open({ start, end: start + length }, priority);
  reader.take().catch(() => undefined);
  return reader;
}

describe("background readers", () => {
  test("share equally, also if there are more of them than slots: the one that waits longest is next", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 400, pieceBytes: 100 }));
    const readers = [0, 10_000, 20_000, 30_000, 40_000].map((start) => scheduler.open({ start, end: start + 5000 }, "background"));
    for (const reader of readers) {
      const read = async (): Promise<void> => {
        while ((await reader.take()) !== undefined);
      };
      read().catch(() => undefined);
    }
    for (let served = 0; served < 100; served += 1) {
      source.ranges[0]?.serve();
      source.onCapacity?.();
    }
    const counts = [0, 1, 2, 3, 4].map((index) => asked(source).filter((offset) => Math.floor(offset / 10_000) === index).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(15);
  });
});

describe("an interactive reader", () => {
  test("is served before a background one, whichever is newer", () => {
    const { scheduler, source } = createBench();
    source.ready = false;
    take(scheduler, 0);
    take(scheduler, 5000, "background");
    source.ready = true;
    source.onCapacity?.();
    expect(asked(source)).toEqual([0, 50]);
  });

  test("without pending pieces preempts background pieces, the one with the most left first", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 180, pieceBytes: 100 }));
    take(scheduler, 0, "background");
    source.ranges[0]?.data(10);
    take(scheduler, 5000);
    // 40 of the download stay; its other piece made way.
    expect(source.ranges.map(({ request, missing }) => [request.offset, missing])).toEqual([
      [0, 40],
      [5000, 50],
    ]);
    expect(source.cancelled).toBe(1);
  });

  test("whose next bytes were lost preempts, although later ones are on their way", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 250, pieceBytes: 100 }));
    take(scheduler, 5000);
    take(scheduler, 0, "background");
    const [first, second] = source.ranges;
    expect([first?.request.offset, second?.request.offset]).toEqual([5000, 5050]);
    source.ready = false;
    first?.end({ kind: "lost" });
    source.ready = true;
    const before = source.cancelled;
    source.onCapacity?.();
    expect(asked(source).at(-1)).toBe(5000);
    expect(source.cancelled).toBeGreaterThanOrEqual(before);
  });

  test("preempts no more than it needs for its first piece, and nothing if there is room", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 400, pieceBytes: 100 }));
    take(scheduler, 0, "background");
    take(scheduler, 5000);
    expect(source.cancelled).toBe(0);
    take(scheduler, 6000);
    expect([source.cancelled, source.freeSlots]).toEqual([0, 0]);
    take(scheduler, 7000);
    expect([source.cancelled, asked(source).at(-1)]).toEqual([1, 7000]);
  });

  test("preempts nothing if that would not make enough room", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 100, pieceBytes: 100 }));
    take(scheduler, 0, "interactive", 50);
    take(scheduler, 1000, "interactive", 30);
    take(scheduler, 5000, "background", 20);
    expect(asked(source)).toEqual([0, 1000, 5000]);
    take(scheduler, 6000, "interactive", 1000);
    expect([source.cancelled, asked(source).includes(6000)]).toEqual([0, false]);
  });

  test("at an agent that confirms cancels late costs the download one piece, not one at each turn", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 1000, pieceBytes: 100 }));
    source.holdsSlots = true;
    for (const start of [0, 1000, 2000]) take(scheduler, start, "background");
    expect(source.freeSlots).toBe(0);
    take(scheduler, 5000);
    for (let turn = 0; turn < 5; turn += 1) source.onCapacity?.();
    expect([source.cancelled, source.liveRanges, asked(source).includes(5000)]).toEqual([1, 3, false]);
    source.confirm();
    expect(asked(source).at(-1)).toBe(5000);
  });

  test("gets its first piece before another one reads ahead", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 100, pieceBytes: 100 }));
    const older = take(scheduler, 0); // Has its first piece.
    take(scheduler, 1000);
    source.ranges[0]?.serve();
    older.take().catch(() => undefined);
    // The newest one's read-ahead, or the older one's, of which nothing is on its way: the one that starves.
    source.ranges[0]?.serve();
    source.onCapacity?.();
    expect(asked(source)).toEqual([0, 1000, 50]);
  });

  test("that finds no room gets the next free room before the download", () => {
    const { scheduler, source } = createBench(fixedWindow({ outstandingBytes: 150, pieceBytes: 100 }));
    take(scheduler, 0);
    take(scheduler, 5000, "background", 20);
    source.ranges[0]?.data(30); // Room for the download's 10, not for the next 100 of the other.
    source.onCapacity?.();
    expect(asked(source)).toEqual([0, 50]);
  });
});

/** A consumer on simulated time: takes what comes, at most `rate` bytes a millisecond. */
class Consumer {
  received = 0;
  firstMs: number | undefined;
  done = false;
  readonly chunks: Uint8Array[] = [];
  readonly #reader: Reader;
  readonly #events: EventQueue;
  readonly #rate: number;
  readonly #since: number;

  constructor(reader: Reader, events: EventQueue, rate = Number.POSITIVE_INFINITY) {
    this.#reader = reader;
    this.#events = events;
    this.#rate = rate;
    this.#since = events.nowMs;
    this.#take();
  }

  get askedMs(): number {
    return this.#since;
  }

  #take(): void {
    void this.#reader.take().then((chunk) => {
      if (chunk === undefined) {
        this.done = true;
        return;
      }
      this.firstMs ??= this.#events.nowMs;
      this.received += chunk.byteLength;
      this.chunks.push(chunk);
      const aheadMs = this.received / this.#rate - (this.#events.nowMs - this.#since);
      if (aheadMs <= 0) this.#take();
      else this.#events.after(aheadMs, () => this.#take());
    });
  }
}

interface Simulation {
  readonly events: EventQueue;
  readonly source: SimulatedRangeSource;
  readonly consume: (start: number, end: number, priority: Priority, rate?: number) => Consumer;
  readonly run: (milliseconds: number) => Promise<void>;
}

/** 10 Mbit/s. */
const RATE = 1250;
const ROUND_TRIP_MS = 50;
const CHUNK_MS = (16 * 1024) / RATE;
/** A chunk of each of the four ranges that an agent serves. */
const TURN_MS = 4 * CHUNK_MS;

function simulate(window: Window): Simulation {
  const events = new EventQueue();
  const source = new SimulatedRangeSource(events, { rate: RATE, roundTripMs: ROUND_TRIP_MS, window });
  const scheduler = new Scheduler();
  scheduler.addSource(source);
  return {
    events,
    source,
    consume: (start, end, priority, rate) => new Consumer(scheduler.open({ start, end }, priority), events, rate),
    run: async (milliseconds) => {
      const end = events.nowMs + milliseconds;
      for (let now = events.nowMs + 1; now <= end; now += 1) {
        events.runUntil(now);
        events.nowMs = now;
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      }
    },
  };
}

const GIB = 1024 ** 3;
const whole = ({ chunks }: Consumer): Uint8Array => new Uint8Array(Buffer.concat(chunks));

describe.each([
  ["that measures the path", () => new AdaptiveWindow(), TURN_MS],
  // Another chunk may have begun to be sent.
  ["for a host that paces", () => new PacedWindow(), TURN_MS + CHUNK_MS],
  ["that two pieces fill", () => fixedWindow({ outstandingBytes: 256 * 1024, pieceBytes: 128 * 1024 }), TURN_MS],
])("on simulated time, in a window %s", (_window, createWindow, turnMs) => {
  test("a seek's first byte is not behind the queue of a download: it comes after a round trip and a turn of the agent", async () => {
    const { consume, run } = simulate(createWindow());
    const download = consume(0, GIB, "background");
    await run(3000);
    for (let seek = 1; seek <= 20; seek += 1) {
      const start = seek * 10_000_000;
      const sought = consume(start, start + 50_000, "interactive");
      await run(1000 + seek * 7);
      expect(sought.firstMs).toBeDefined();
      expect((sought.firstMs ?? 0) - sought.askedMs).toBeLessThanOrEqual(ROUND_TRIP_MS + turnMs);
      expect(sought.done).toBe(true);
    }
    expect(isPattern(whole(download), 0, download.received)).toBe(true);
  });

  test("a film that needs a quarter of the path gets it, and the download nearly all the rest", async () => {
    const { consume, run } = simulate(createWindow());
    const download = consume(0, GIB, "background");
    await run(2000);
    const before = download.received;
    const film = consume(GIB, 2 * GIB, "interactive", RATE / 4);
    await run(10_000);
    expect(film.received).toBeGreaterThan(0.95 * (RATE / 4) * 10_000);
    // The film's read-ahead comes first, once: a mebibyte.
    expect(download.received - before).toBeGreaterThan(0.7 * (RATE * 10_000 - film.received - 1024 * 1024));
  });

  test("an interactive read gets nearly the whole path, and the download continues after it, each byte once and in order", async () => {
    const { consume, run, source } = simulate(createWindow());
    const download = consume(0, 4_000_000, "background");
    await run(500);
    const image = consume(GIB, GIB + 3_000_000, "interactive");
    const before = download.received;
    await run(1900);
    expect(image.received).toBeGreaterThan(0.8 * RATE * 1900);
    expect(download.received - before).toBeLessThan(0.15 * RATE * 1900);
    await run(4000);
    expect([image.done, download.done]).toEqual([true, true]);
    expect(isPattern(whole(download), 0, 4_000_000)).toBe(true);
    expect(isPattern(whole(image), GIB, GIB + 3_000_000)).toBe(true);
    expect(source.wasted).toBeLessThan(100_000);
  });

  test("downloads share what is left equally, whichever began first", async () => {
    const { consume, run } = simulate(createWindow());
    const first = consume(0, GIB, "background");
    await run(1000);
    const before = first.received;
    const second = consume(GIB, 2 * GIB, "background");
    await run(10_000);
    const share = second.received / (second.received + first.received - before);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });
});
