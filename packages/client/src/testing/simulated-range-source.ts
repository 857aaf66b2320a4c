/*
 * A deterministic range source on simulated time: an agent that serves its ranges in turns, chunk by chunk, over a link with a rate and a delay. Chunks that
 * were given to the link arrive even if their range is cancelled.
 */
import { MANY_RANGES } from "@rangecast/wire";
import { AdaptiveWindow } from "../window/adaptive-window.ts";
import type { CancelRange, RangeSource, RangeRequest } from "../channel/range-source.ts";
import type { Window } from "../window/window.ts";
import type { EventQueue } from "./event-queue.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

const CHUNK_BYTES = 16 * 1024;

interface AgentRange {
  readonly id: number;
  offset: number;
  readonly end: number;
}

export interface SimulatedRangeSourceOptions {
  /** Bytes a millisecond. */
  readonly rate: number;
  readonly roundTripMs: number;
  /** @default new AdaptiveWindow() */
  readonly window?: Window;
}

export class SimulatedRangeSource implements RangeSource {
  readonly window: Window;
  readonly ready = true;
  readonly slots = MANY_RANGES;
  onCapacity: (() => void) | undefined;
  /** Bytes of cancelled ranges that arrived. */
  wasted = 0;
  readonly #events: EventQueue;
  readonly #options: SimulatedRangeSourceOptions;
  readonly #live = new Map<number, { readonly request: RangeRequest; received: number }>();
  #agent: AgentRange[] = [];
  #sending = false;
  #nextId = 1;

  constructor(events: EventQueue, options: SimulatedRangeSourceOptions) {
    this.#events = events;
    this.#options = options;
    this.window = options.window ?? new AdaptiveWindow();
    this.window.onHost({ slots: this.slots, paced: false });
  }

  get liveRanges(): number {
    return this.#live.size;
  }

  get freeSlots(): number {
    return this.slots - this.#live.size;
  }

  get outstandingBytes(): number {
    let bytes = 0;
    for (const { request, received } of this.#live.values()) bytes += request.length - received;
    return bytes;
  }

  request(request: RangeRequest): CancelRange {
    if (this.freeSlots < 1) throw new Error("a fifth range");
    if (this.outstandingBytes + request.length > this.window.outstandingBytes) throw new Error("more bytes than the window holds");
    const id = this.#nextId++;
    const { offset, length } = request;
    this.#live.set(id, { request, received: 0 });
    this.window.onSent(id, length, this.#events.nowMs);
    this.#toAgent(() => this.#agent.push({ id, offset, end: offset + length }));
    return () => {
      const range = this.#live.get(id);
      if (range === undefined) return;
      this.#live.delete(id);
      this.window.onEnded(id, length - range.received, this.#events.nowMs);
      this.#toAgent(() => (this.#agent = this.#agent.filter((served) => served.id !== id)));
    };
  }

  #toAgent(act: () => void): void {
    this.#events.after(this.#options.roundTripMs / 2, () => {
      act();
      this.#pump();
    });
  }

  #pump(): void {
    const range = this.#sending ? undefined : this.#agent.shift();
    if (range === undefined) return;
    const { id, offset } = range;
    const bytes = Math.min(CHUNK_BYTES, range.end - offset);
    range.offset += bytes;
    if (range.offset < range.end) this.#agent.push(range);
    this.#sending = true;
    const throughMs = bytes / this.#options.rate;
    this.#events.after(throughMs, () => {
      this.#sending = false;
      this.#pump();
    });
    this.#events.after(throughMs + this.#options.roundTripMs / 2, () => this.#deliver(id, offset, bytes));
  }

  #deliver(id: number, offset: number, bytes: number): void {
    const range = this.#live.get(id);
    if (range === undefined) {
      this.wasted += bytes;
      return;
    }
    const { request } = range;
    range.received += bytes;
    this.window.onDelivered(id, bytes, this.#events.nowMs);
    request.onData(patternBytes(offset, offset + bytes));
    if (range.received === request.length) {
      this.#live.delete(id);
      this.window.onEnded(id, 0, this.#events.nowMs);
      request.onEnd({ kind: "done" });
    }
    this.onCapacity?.();
  }
}
