import { DropTailQueue, type RateStep } from "./drop-tail-queue.ts";
import { EventQueue } from "./event-queue.ts";
import type { LossModel } from "./loss-model.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface LinkOptions {
  /** Bytes per ms, or a schedule. @default Infinity */
  rate?: number | readonly RateStep[];
  /** One way, ms. @default 0 */
  delayMs?: number;
  /** Size of the queue before the link; what doesn't fit is dropped. @default Infinity */
  queueBytes?: number;
  /** Loses packets behind the queue. @default nothing is lost */
  loss?: LossModel;
  /** Most extra delay of a packet, ms, evenly distributed. @default 0 */
  jitterMs?: number;
  /** Whether jitter reorders packets; otherwise a packet waits for those before it. @default false */
  jitterReorders?: boolean;
  /** Share of packets that come `reorderMs` later than they should. @default 0 */
  reorderShare?: number;
  /** @default 0 */
  reorderMs?: number;
  /** Largest packet that the link carries at a time, bytes; larger ones are lost without a word. @default Infinity */
  maxBytes?: (nowMs: number) => number;
  /** Times in which everything is lost: [from, to) in ms. @default none */
  outages?: readonly (readonly [number, number])[];
  /** Drops before the queue what exceeds a rate. @default none */
  policer?: TokenBucket;
  /** A receiver that reads at a pace of its own, bytes per ms, from a socket buffer that drops what doesn't fit. @default reads at once */
  receiver?: { rate: number; bufferBytes: number };
  /** Numbers from 0 to below 1, for jitter and reordering. @default always 0.5 */
  random?: () => number;
}

/** A packet that has arrived. */
export interface Delivered<T> {
  flow: number;
  bytes: number;
  sentAtMs: number;
  packet: T;
  /** Whether it still waits in the receiver's socket. */
  inSocket: boolean;
}

/** One direction of a simulated path. Deterministic: time and random numbers come from outside. */
export class Link<T> {
  /** Packets dropped by policer, queue or socket, and lost at random or by an outage. */
  dropped = 0;
  lost = 0;
  droppedInSocket = 0;
  sent = 0;
  readonly #options: LinkOptions;
  readonly #queue: DropTailQueue | undefined;
  readonly #socket: DropTailQueue | undefined;
  readonly #events = new EventQueue<Delivered<T>>();
  readonly #random: () => number;
  #lastArrivalMs = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    if (options.rate !== undefined) this.#queue = new DropTailQueue(options.rate, options.queueBytes ?? Infinity);
    if (options.receiver) this.#socket = new DropTailQueue(options.receiver.rate, options.receiver.bufferBytes);
    this.#random = options.random ?? (() => 0.5);
  }

  /** When something happens next, ms; Infinity if nothing is under way. */
  get nextAtMs(): number {
    return this.#events.nextAtMs;
  }

  /** Bytes in the queue before the link. */
  queuedBytes(nowMs: number): number {
    return this.#queue?.queuedBytes(nowMs) ?? 0;
  }

  /** Sends a packet of so many bytes. Times must not decrease. */
  send(flow: number, nowMs: number, bytes: number, packet: T): void {
    const { policer, loss, delayMs = 0 } = this.#options;
    this.sent++;
    if (this.#options.maxBytes !== undefined && bytes > this.#options.maxBytes(nowMs)) {
      this.lost++;
      return;
    }
    const departure = policer?.take(nowMs, bytes) === false ? NaN : this.#queue ? this.#queue.push(nowMs, bytes) : nowMs;
    if (Number.isNaN(departure)) this.dropped++;
    else if (departure === Infinity || this.#isOut(departure) || loss?.()) this.lost++;
    else this.#events.push(this.#arrival(departure + delayMs), { flow, bytes, sentAtMs: nowMs, packet, inSocket: false });
  }

  /** The next packet that has arrived by now, in order of time, or undefined. The object belongs to the caller. */
  receive(nowMs: number): Delivered<T> | undefined {
    for (;;) {
      const atMs = this.#events.nextAtMs;
      const event = this.#events.pop(nowMs);
      if (!event || !this.#socket || event.inSocket) return event;
      const readAtMs = this.#socket.push(atMs, event.bytes);
      event.inSocket = true;
      if (Number.isNaN(readAtMs)) this.droppedInSocket++;
      else this.#events.push(readAtMs, event);
    }
  }

  #arrival(plainMs: number): number {
    const { jitterMs = 0, jitterReorders = false, reorderShare = 0, reorderMs = 0 } = this.#options;
    let atMs = plainMs;
    if (jitterMs > 0) atMs += this.#random() * jitterMs;
    if (!jitterReorders) this.#lastArrivalMs = atMs = Math.max(atMs, this.#lastArrivalMs);
    if (reorderShare > 0 && this.#random() < reorderShare) atMs += reorderMs;
    return atMs;
  }

  #isOut(nowMs: number): boolean {
    const { outages } = this.#options;
    return outages !== undefined && outages.some(([from, to]) => nowMs >= from && nowMs < to);
  }
}
