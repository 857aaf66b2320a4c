import { checkDirection, WIRE_OVERHEAD_BYTES } from "./direction-config.ts";
import type { DirectionConfig } from "./direction-config.ts";
import { JitterProcess } from "./jitter-process.ts";
import { LossProcess } from "./loss-process.ts";
import { DelayHistogram, type QueueDelays } from "./queue-delays.ts";
import type { Random } from "@rangecast/testkit/random";

/** Totals of one direction since it was created. Bytes include headers ({@link WIRE_OVERHEAD_BYTES}). */
export interface DirectionCounters {
  readonly deliveredPackets: number;
  readonly deliveredBytes: number;
  readonly lostPackets: number;
  readonly overflowPackets: number;
  readonly outagePackets: number;
  readonly peakQueueBytes: number;
}

export type Fate = "queued" | "lost" | "overflow" | "outage";

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
}

interface Flying<T> {
  readonly item: T;
  readonly bytes: number;
  readonly dueMs: number;
}

const BITS_PER_BYTE = 8;
const MS_PER_SECOND = 1000;

/**
 * One direction of a link: seeded loss, then a drop-tail queue before a bottleneck of a fixed rate, then a delay, fixed or with jitter. All
 * packets share one queue, and never overtake each other. It has no clock, timer or socket: the caller passes the time.
 *
 * Times are milliseconds of any monotonic clock.
 */
export class Bottleneck<T> {
  #config: DirectionConfig;
  readonly #losses: LossProcess;
  readonly #jitter: JitterProcess;
  #delays = new DelayHistogram();
  readonly #queue: Waiting<T>[] = [];
  readonly #line: Flying<T>[] = [];
  #queueBytes = 0;
  /** When serialisation of the packet at the head of the queue began, minus the time for the part that was sent at an earlier rate. */
  #headBits = 0;
  #servedUntilMs = -Infinity;
  #lastDueMs = -Infinity;
  #outageUntilMs = -Infinity;
  #counters = { deliveredPackets: 0, deliveredBytes: 0, lostPackets: 0, overflowPackets: 0, outagePackets: 0, peakQueueBytes: 0 };

  /** @param jitterRandom of its own, so that the same packets are lost with and without jitter */
  constructor(config: DirectionConfig, random: Random, jitterRandom: Random) {
    this.#config = checkDirection(config);
    this.#losses = new LossProcess(random);
    this.#jitter = new JitterProcess(jitterRandom);
  }

  get config(): DirectionConfig {
    return this.#config;
  }

  get counters(): DirectionCounters {
    return { ...this.#counters };
  }

  /** Bytes that wait for the bottleneck, including the whole current packet. */
  get queueBytes(): number {
    return this.#queueBytes;
  }

  /** How long the packets waited that were queued since {@link startQueueWatch}, or since the creation. */
  get queueDelays(): QueueDelays {
    return this.#delays.read();
  }

  /** From now on {@link queueDelays} counts only new packets. */
  startQueueWatch(): void {
    this.#delays = new DelayHistogram();
  }

  /** A packet of `payloadBytes` arrives at `nowMs`. */
  enqueue(nowMs: number, item: T, payloadBytes: number): Fate {
    this.#serve(nowMs);
    const bytes = payloadBytes + WIRE_OVERHEAD_BYTES;
    if (nowMs < this.#outageUntilMs) {
      this.#counters.outagePackets++;
      return "outage";
    }
    // Drawn for each packet, so that the n-th packet has the same result whatever the loss rate was before.
    if (this.#losses.next(this.#config)) {
      this.#counters.lostPackets++;
      return "lost";
    }
    if (this.#queueBytes + bytes > this.#config.queueBytes) {
      this.#counters.overflowPackets++;
      return "overflow";
    }
    this.#delays.add(this.#waitMs(nowMs));
    if (this.#queue.length === 0) this.#startHead(nowMs, bytes);
    this.#queue.push({ item, bytes });
    this.#queueBytes += bytes;
    this.#counters.peakQueueBytes = Math.max(this.#counters.peakQueueBytes, this.#queueBytes);
    this.#serve(nowMs);
    return "queued";
  }

  /** Removes the packets that have arrived at the far end by `nowMs`, in order. */
  advance(nowMs: number): T[] {
    this.#serve(nowMs);
    let count = 0;
    while (count < this.#line.length && this.#line[count]!.dueMs <= nowMs) count++;
    const arrived = this.#line.splice(0, count);
    this.#counters.deliveredPackets += arrived.length;
    for (const { bytes } of arrived) this.#counters.deliveredBytes += bytes;
    return arrived.map(({ item }) => item);
  }

  /** When `advance` has something to do next, or earlier if there is jitter; undefined if nothing is in flight. */
  nextDueMs(): number | undefined {
    const flying = this.#line[0];
    if (flying !== undefined) return flying.dueMs;
    if (this.#queue.length === 0) return undefined;
    return Math.max(this.#headDoneMs() + this.#config.delayMs, this.#lastDueMs);
  }

  /** Changes the direction from `nowMs` on: packets that were already serialised keep their times, waiting ones use the new rate. */
  configure(nowMs: number, change: Partial<DirectionConfig>): void {
    const next = checkDirection({ ...this.#config, ...change });
    this.#serve(nowMs);
    if (this.#queue.length > 0 && Number.isFinite(this.#config.rateBitsPerSecond)) {
      this.#headBits -= (Math.max(0, nowMs - this.#servedUntilMs) / MS_PER_SECOND) * this.#config.rateBitsPerSecond;
      this.#servedUntilMs = Math.max(this.#servedUntilMs, nowMs);
    }
    this.#config = next;
  }

  /** Drops all packets that arrive between `nowMs` and `untilMs`, and all that are in flight. */
  outage(nowMs: number, untilMs: number): void {
    this.#serve(nowMs);
    this.#outageUntilMs = Math.max(this.#outageUntilMs, untilMs);
    this.#counters.outagePackets += this.#queue.length + this.#line.length;
    this.#queue.length = 0;
    this.#line.length = 0;
    this.#queueBytes = 0;
  }

  #startHead(fromMs: number, bytes: number): void {
    this.#servedUntilMs = fromMs;
    this.#headBits = bytes * BITS_PER_BYTE;
  }

  #headDoneMs(): number {
    return this.#servedUntilMs + (this.#headBits / this.#config.rateBitsPerSecond) * MS_PER_SECOND;
  }

  /** Time until the bottleneck is free of the packets that are queued at `nowMs`. */
  #waitMs(nowMs: number): number {
    const head = this.#queue[0];
    if (head === undefined) return 0;
    const behindBits = (this.#queueBytes - head.bytes) * BITS_PER_BYTE;
    return this.#headDoneMs() - nowMs + (behindBits / this.#config.rateBitsPerSecond) * MS_PER_SECOND;
  }

  /** Moves packets that the bottleneck has serialised by `nowMs` to the delay line, each at its exact time. */
  #serve(nowMs: number): void {
    let done = 0;
    while (done < this.#queue.length && this.#headDoneMs() <= nowMs) {
      const { item, bytes } = this.#queue[done]!;
      const doneMs = this.#headDoneMs();
      this.#lastDueMs = Math.max(this.#lastDueMs, doneMs + this.#config.delayMs + this.#jitter.at(doneMs, this.#config.jitterMs ?? 0));
      this.#line.push({ item, bytes, dueMs: this.#lastDueMs });
      this.#queueBytes -= bytes;
      done++;
      const next = this.#queue[done];
      if (next !== undefined) this.#startHead(doneMs, next.bytes);
    }
    if (done > 0) this.#queue.splice(0, done);
  }
}
