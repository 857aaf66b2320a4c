import { Bottleneck } from "./bottleneck.ts";
import type { DirectionCounters } from "./bottleneck.ts";
import { hostAddress, withAddress } from "./candidate.ts";
import { UNLIMITED } from "./direction-config.ts";
import type { DirectionConfig } from "./direction-config.ts";
import { Forwarder } from "./forwarder.ts";
import type { Datagram } from "./forwarder.ts";
import { LinkClock } from "./link-clock.ts";
import type { QueueDelays } from "./queue-delays.ts";
import { createRandom } from "@rangecast/testkit/random";

export interface LinkOptions {
  /** From the exposed peer (the one whose candidates are rewritten) to the others: the direction of the file's bytes. */
  readonly down?: Partial<DirectionConfig>;
  /** From the others to the exposed peer. */
  readonly up?: Partial<DirectionConfig>;
  /** Seed of the losses; the same seed loses the same packets. @default 1 */
  readonly seed?: number;
}

export interface LinkChange {
  readonly down?: Partial<DirectionConfig>;
  readonly up?: Partial<DirectionConfig>;
}

export interface LinkCounters {
  readonly down: DirectionCounters;
  readonly up: DirectionCounters;
  /** Bytes that currently wait for the bottlenecks. */
  readonly queueBytes: { readonly down: number; readonly up: number };
  /** Local ports of the emulator's own sockets: a run counts only if none of them overflowed ({@link watchSocketDrops}). */
  readonly ports: readonly number[];
  /** Milliseconds for which the link stalled because its process could not run ({@link LinkClock}). */
  readonly stalledMs: number;
}

/** A link between one peer and any number of others. All packets share its two queues, one per direction. */
export interface Link {
  /**
   * Converts a candidate of the exposed peer into one that others can use to reach it through the link. Undefined for a candidate that
   * must be withheld: not IPv4, not UDP, or not a host candidate. Withhold all candidates of the other side.
   */
  rewrite(candidate: string): Promise<string | undefined>;
  /** Rewrites or drops each candidate within the exposed peer's SDP. */
  rewriteSdp(sdp: string): Promise<string>;
  /** Changes rate, delay, loss or queue from now on. */
  set(change: LinkChange): Promise<void>;
  /** Drops everything, in both directions, for this many milliseconds. */
  outage(milliseconds: number): Promise<void>;
  counters(): Promise<LinkCounters>;
  /** Begins a new window for {@link readQueueWatch}; the first one begins with the link. */
  startQueueWatch(): Promise<void>;
  /** How long the down bottleneck's queue made packets wait since the window began: by how much senders lengthen the round trip. */
  readQueueWatch(): Promise<QueueDelays>;
  close(): Promise<void>;
}

/** Node's timers have a resolution of a millisecond. Due packets are delivered in batches by the clock, so the rate stays exact. */
const TICK_MS = 1;

/** The two directions have different seeds; otherwise both would lose the same packets. The same holds for losses and jitter. */
const UP_SEED_OFFSET = 0x5bd1e995;
const JITTER_SEED_OFFSET = 0x2545f491;

/** A link in this process. For measurements prefer {@link forkLink}: a busy event loop delays its packets. */
export function createLink(options: LinkOptions = {}): Link {
  return new LocalLink(options);
}

class LocalLink implements Link {
  readonly #down: Bottleneck<Datagram>;
  readonly #up: Bottleneck<Datagram>;
  readonly #forwarders = new Map<string, Promise<Forwarder>>();
  readonly #clock = new LinkClock();
  #timer: NodeJS.Timeout | undefined;
  /** When the packet that the timer waits for is due, and when the timer fires, at the resolution of timers. */
  #timerDueMs = Infinity;
  #wakeMs = Infinity;
  #closed = false;

  constructor({ down, up, seed = 1 }: LinkOptions) {
    const direction = (config: Partial<DirectionConfig> | undefined, from: number): Bottleneck<Datagram> =>
      new Bottleneck({ ...UNLIMITED, ...config }, createRandom(from), createRandom(from + JITTER_SEED_OFFSET));
    this.#down = direction(down, seed);
    this.#up = direction(up, seed + UP_SEED_OFFSET);
  }

  async rewrite(candidate: string): Promise<string | undefined> {
    const target = hostAddress(candidate);
    if (target === undefined || this.#closed) return undefined;
    const key = `${target.address}:${target.port}`;
    let forwarder = this.#forwarders.get(key);
    if (forwarder === undefined) {
      forwarder = Forwarder.create(target, (direction, datagram) => this.#carry(direction, datagram));
      this.#forwarders.set(key, forwarder);
    }
    return withAddress(candidate, (await forwarder).address);
  }

  async rewriteSdp(sdp: string): Promise<string> {
    const lines = await Promise.all(
      sdp.split(/\r?\n/).map((line) => (line.startsWith("a=candidate:") ? this.rewrite(line) : Promise.resolve(line))),
    );
    return lines.filter((line) => line !== undefined).join("\r\n");
  }

  async set({ down, up }: LinkChange): Promise<void> {
    const now = this.#clock.now();
    if (down) this.#down.configure(now, down);
    if (up) this.#up.configure(now, up);
    this.#schedule();
  }

  async outage(milliseconds: number): Promise<void> {
    const now = this.#clock.now();
    this.#down.outage(now, now + milliseconds);
    this.#up.outage(now, now + milliseconds);
  }

  async counters(): Promise<LinkCounters> {
    const forwarders = await Promise.all(this.#forwarders.values());
    return {
      down: this.#down.counters,
      up: this.#up.counters,
      queueBytes: { down: this.#down.queueBytes, up: this.#up.queueBytes },
      ports: forwarders.flatMap((forwarder) => forwarder.ports),
      stalledMs: this.#clock.stalledMs,
    };
  }

  async startQueueWatch(): Promise<void> {
    this.#down.startQueueWatch();
  }

  async readQueueWatch(): Promise<QueueDelays> {
    return this.#down.queueDelays;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const forwarder of await Promise.all(this.#forwarders.values())) forwarder.close();
    this.#forwarders.clear();
  }

  #carry(direction: "up" | "down", datagram: Datagram): void {
    const way = direction === "up" ? this.#up : this.#down;
    way.enqueue(this.#clock.wake(this.#wakeMs), datagram, datagram.data.byteLength);
    this.#schedule();
  }

  #pump(): void {
    const now = this.#clock.wake(this.#wakeMs);
    this.#timerDueMs = Infinity;
    this.#wakeMs = Infinity;
    for (const way of [this.#down, this.#up]) {
      for (const { socket, data, to } of way.advance(now)) socket.send(data, to.port, to.address);
    }
    this.#schedule();
  }

  /** Makes sure that a timer fires when the next packet is due. */
  #schedule(): void {
    const dueMs = Math.min(this.#down.nextDueMs() ?? Infinity, this.#up.nextDueMs() ?? Infinity);
    if (this.#closed || dueMs >= this.#timerDueMs) return;
    clearTimeout(this.#timer);
    const now = this.#clock.now();
    this.#timerDueMs = dueMs;
    this.#wakeMs = Math.max(now + TICK_MS, dueMs);
    this.#timer = setTimeout(() => this.#pump(), this.#wakeMs - now);
  }
}
