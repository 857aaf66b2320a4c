import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import type { Priority } from "../scheduling/reader.ts";
import { type FakeConnection, fakeFacts } from "../testing/fake-connection.ts";
import { createReconnectingBench, FILE_BYTES, type ReconnectingBench, settle } from "../testing/reconnecting-bench.ts";
import { patternByte } from "@rangecast/testkit/files/pattern";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** The bytes of a version: every byte differs from other versions'. */
function contentOf(version: number): (start: number, end: number) => Uint8Array {
  return (start, end) => Uint8Array.from({ length: end - start }, (_, index) => patternByte(start + index) ^ version);
}

/** Reads a stream, and checks that its bytes are in order and of one version. */
class Consumer {
  readonly stop = new AbortController();
  readonly end: number;
  outcome = "reading";
  version: number | undefined;
  #next: number;

  constructor({ file }: ReconnectingBench, start: number, end: number, priority: Priority) {
    this.#next = start;
    this.end = end;
    void this.#read(file.stream({ start, end, priority, signal: this.stop.signal }));
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of stream) this.#check(chunk);
      this.outcome = this.#next === this.end ? "done" : "short";
    } catch (error) {
      this.outcome = error instanceof ClientError ? error.reason : String(error);
    }
  }

  #check(chunk: Uint8Array): void {
    if (this.outcome !== "reading") throw new Error("bytes after the end");
    for (const byte of chunk) {
      this.version ??= byte ^ patternByte(this.#next);
      if ((byte ^ patternByte(this.#next)) !== this.version) throw new Error(`a byte of another place or version at ${this.#next}`);
      this.#next += 1;
    }
  }
}

type Step =
  | { readonly do: "stream"; readonly start: number; readonly length: number; readonly priority: Priority }
  | { readonly do: "abort"; readonly at: number }
  | { readonly do: "succeed"; readonly version: number; readonly proves: boolean }
  | { readonly do: "fail" | "die"; readonly reason: ClientErrorReason }
  /** The session ends, and another follows. */
  | { readonly do: "reconnect"; readonly version: number; readonly proves: boolean }
  | { readonly do: "data"; readonly at: number; readonly range: number; readonly share: number }
  | { readonly do: "end" | "changed"; readonly at: number; readonly range: number }
  | { readonly do: "silent" | "well" | "retry" | "renew" | "networkChanged" }
  | { readonly do: "pass"; readonly ms: number };

const nat = fc.nat(20);
/** Reasons after which the file reconnects. */
const passing = fc.constantFrom<ClientErrorReason>("closed", "no-connection", "timeout", "host-stopped", "busy", "relay-unreachable");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("stream" as const),
      start: fc.nat(FILE_BYTES),
      length: fc.nat(FILE_BYTES),
      priority: fc.constantFrom<Priority>("interactive", "background"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), at: nat }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("succeed" as const, "reconnect" as const),
      version: fc.constantFrom(1, 1, 1, 2),
      proves: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("fail" as const, "die" as const), reason: passing }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant("data" as const), at: nat, range: nat, share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("end" as const), at: nat, range: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("changed" as const), at: nat, range: nat }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("silent" as const, "well" as const, "retry" as const, "renew" as const, "networkChanged" as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 40_000 }) }) },
);

class World {
  readonly bench = createReconnectingBench();
  readonly consumers: Consumer[] = [];
  readonly connections: FakeConnection[] = [];

  get open(): FakeConnection[] {
    return this.connections.filter((connection) => connection.isOpen);
  }

  async run(action: Step): Promise<void> {
    const { file, attempts } = this.bench;
    switch (action.do) {
      case "stream":
        this.consumers.push(new Consumer(this.bench, action.start, Math.min(FILE_BYTES, action.start + action.length), action.priority));
        break;
      case "abort":
        pick(this.consumers, action.at)?.stop.abort();
        break;
      case "succeed":
        await this.succeed(action.version, action.proves);
        break;
      case "reconnect":
        this.open.at(-1)?.end("closed");
        await settle();
        file.retry();
        await this.succeed(action.version, action.proves);
        break;
      case "fail":
        if (attempts.at(-1)?.givenUp === false) await attempts.at(-1)?.fail(action.reason);
        break;
      case "die":
        this.open.at(-1)?.end(action.reason);
        break;
      case "silent":
      case "well":
        this.open.at(-1)?.onHealth?.(action.do);
        break;
      case "pass":
        await vi.advanceTimersByTimeAsync(action.ms);
        break;
      case "retry":
      case "renew":
      case "networkChanged":
        file[action.do]();
        break;
      default:
        this.#onRange(action);
    }
    await settle();
  }

  #onRange(action: Extract<Step, { readonly range: number }>): void {
    const source = pick(this.open, action.at)?.source;
    const range = source === undefined ? undefined : pick(source.ranges, action.range);
    if (source === undefined || range === undefined) return;
    if (action.do === "changed") return range.end({ kind: "failed", error: new ClientError("file-changed", "") });
    if (action.do === "end" && range.missing === 0) return range.end();
    const share = action.do === "data" ? action.share : 1;
    if (range.missing > 0) range.data(Math.max(1, Math.floor(range.missing * share)));
    source.onCapacity?.();
  }

  async succeed(version: number, proves: boolean): Promise<void> {
    const attempt = this.bench.attempts.at(-1);
    if (attempt === undefined || attempt.givenUp || attempt.settled) return;
    const connection = await attempt.succeed(fakeFacts(FILE_BYTES, proves ? `"v${version}"` : ""), contentOf(version));
    this.connections.push(connection);
  }

  /** What must hold at any time; FakeRangeSource itself throws on a fifth range, or a byte over the window. */
  check(): void {
    expect(this.open.length).toBeLessThanOrEqual(1);
    for (const { outcome } of this.consumers) expect(["reading", "done", "aborted", "file-changed"]).toContain(outcome);
  }

  /** From now on the host works. */
  async finish(): Promise<void> {
    for (let round = 0; round < 200 && this.consumers.some(({ outcome }) => outcome === "reading"); round += 1) {
      await this.succeed(1, true);
      for (const connection of this.open) await connection.serve();
      this.check();
      await vi.advanceTimersByTimeAsync(1000);
    }
  }
}

function pick<T>(items: readonly T[], at: number): T | undefined {
  return items.length === 0 ? undefined : items[at % items.length];
}

test("however sessions come and go, each stream gets each byte of one version once and in order, or fails with a reason; no session or timer is left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const world = new World();
      for (const action of steps) {
        await world.run(action);
        world.check();
      }
      await world.finish();
      for (const { outcome } of world.consumers) expect(["done", "aborted", "file-changed"]).toContain(outcome);
      await world.bench.file.close();
      await settle();
      expect(world.open).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 300 },
  );
});
