import { BASE_RANGES } from "@rangecast/wire";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import type { Priority, Reader } from "./reader.ts";
import { Scheduler } from "./scheduler.ts";
import { FakeRangeSource } from "../testing/fake-range-source.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { fixedWindow } from "../testing/fixed-window.ts";

const FILE_BYTES = 3000;
/** Longest wait after a busy; see scheduler.ts. */
const WAIT_MS = 3000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A consumer that takes when it is told to, and checks each byte. */
class Consumer {
  readonly reader: Reader;
  readonly end: number;
  next: number;
  outcome: "reading" | "done" | "cancelled" | "failed" = "reading";
  #taking = false;

  constructor(scheduler: Scheduler, start: number, end: number, priority: Priority) {
    this.reader = scheduler.open({ start, end }, priority);
    this.next = start;
    this.end = end;
  }

  take(): void {
    if (this.#taking || this.outcome !== "reading") return;
    this.#taking = true;
    this.reader.take().then(
      (chunk) => this.#took(chunk),
      (error: unknown) => {
        if (!(error instanceof ClientError)) throw error;
        if (this.outcome === "reading") this.outcome = "failed";
      },
    );
  }

  cancel(): void {
    if (this.outcome !== "reading") return;
    this.outcome = "cancelled";
    this.reader.cancel();
  }

  #took(chunk: Uint8Array | undefined): void {
    this.#taking = false;
    expect(this.outcome).toBe("reading"); // Nothing after a cancel.
    if (chunk === undefined) {
      this.outcome = "done";
      expect(this.next).toBe(this.end); // Never short.
      return;
    }
    const expected = patternBytes(this.next, this.next + chunk.byteLength);
    if (!Buffer.from(chunk).equals(expected)) throw new Error(`wrong bytes at ${this.next}`);
    this.next += chunk.byteLength;
    expect(this.next).toBeLessThanOrEqual(this.end);
  }
}

type Step =
  | { readonly do: "open"; readonly start: number; readonly length: number; readonly priority: Priority }
  | { readonly do: "take" | "cancel"; readonly reader: number }
  | { readonly do: "data"; readonly source: number; readonly range: number; readonly share: number }
  | { readonly do: "end" | "busy"; readonly source: number; readonly range: number }
  | { readonly do: "die" | "confirm"; readonly source: number }
  | { readonly do: "add"; readonly holds: boolean; readonly window: number; readonly piece: number };

const index = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("open" as const),
      start: fc.nat(FILE_BYTES),
      length: fc.nat(FILE_BYTES),
      priority: fc.constantFrom<Priority>("interactive", "background"),
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("take" as const), reader: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), reader: index }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("data" as const),
      source: index,
      range: index,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("end" as const), source: index, range: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("busy" as const), source: index, range: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), source: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("confirm" as const), source: index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      holds: fc.boolean(),
      window: fc.integer({ min: 1, max: 800 }),
      piece: fc.integer({ min: 1, max: 300 }),
    }),
  },
);

class World {
  readonly scheduler = new Scheduler();
  readonly sources: FakeRangeSource[] = [];
  readonly consumers: Consumer[] = [];

  addSource(holdsSlots: boolean, outstandingBytes: number, pieceBytes: number): void {
    const source = new FakeRangeSource(fixedWindow({ outstandingBytes, pieceBytes: Math.min(pieceBytes, outstandingBytes) }));
    source.holdsSlots = holdsSlots;
    this.sources.push(source);
    this.scheduler.addSource(source);
  }

  run(action: Step): void {
    if ("start" in action) {
      const end = Math.min(FILE_BYTES, action.start + action.length);
      this.consumers.push(new Consumer(this.scheduler, action.start, end, action.priority));
    } else if ("window" in action) this.addSource(action.holds, action.window, action.piece);
    else if ("reader" in action) pick(this.consumers, action.reader)?.[action.do]();
    else this.#onSource(action);
  }

  #onSource(action: Extract<Step, { readonly source: number }>): void {
    const source = pick(this.sources, action.source);
    if (source === undefined) return;
    if (!("range" in action)) return action.do === "confirm" ? source.confirm() : this.kill(source);
    const range = pick(source.ranges, action.range);
    if (range === undefined) return;
    if (action.do === "busy") return range.end({ kind: "busy" });
    if (action.do === "end" && range.missing === 0) return range.end();
    const share = "share" in action ? action.share : 1;
    if (range.missing > 0) range.data(Math.max(1, Math.floor(range.missing * share)));
    source.onCapacity?.(); // As a source does after data.
  }

  kill(source: FakeRangeSource): void {
    this.sources.splice(this.sources.indexOf(source), 1);
    source.die();
    this.scheduler.removeSource(source);
  }

  /** What must hold at any time; FakeRangeSource itself throws on a fifth range, or a byte over the window. */
  check(): void {
    for (const source of this.sources) {
      expect(source.liveRanges + source.held).toBeLessThanOrEqual(BASE_RANGES);
      expect(source.outstandingBytes).toBeLessThanOrEqual(source.window.outstandingBytes);
    }
  }

  /** Everybody does his duty from now on. */
  async finish(): Promise<void> {
    this.addSource(false, 400, 100);
    for (let round = 0; round < 2000 && this.consumers.some(({ outcome }) => outcome === "reading"); round += 1) {
      for (const consumer of this.consumers) consumer.take();
      for (const source of this.sources) {
        source.confirm();
        for (const range of source.ranges.slice()) if (source.ranges.includes(range)) range.serve();
      }
      this.check();
      await vi.advanceTimersByTimeAsync(WAIT_MS);
    }
  }
}

function pick<T>(items: readonly T[], at: number): T | undefined {
  return items.length === 0 ? undefined : items[at % items.length];
}

test("whatever arrives in whatever order, every reader gets each byte once and in order, no source has five ranges or bytes over its window", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const world = new World();
      world.addSource(true, 400, 100);
      for (const action of steps) {
        world.run(action);
        world.check();
        await Promise.resolve();
      }
      await world.finish();
      const outcomes = world.consumers.map(({ outcome }) => outcome);
      // Only an agent that was busy over and over fails a reader here.
      const busy = steps.filter((action) => action.do === "busy").length;
      expect(outcomes.filter((outcome) => outcome === "failed").length).toBeLessThanOrEqual(busy / 6);
      expect(outcomes).not.toContain("reading");
      expect(world.scheduler.readers).toBe(0);
    }),
    { numRuns: 300 },
  );
});
