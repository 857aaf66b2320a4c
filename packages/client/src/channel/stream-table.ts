import { BASE_RANGES } from "@rangecast/wire";
import type { RangeRequest } from "./range-source.ts";

/** A range in progress. */
export interface LiveStream {
  readonly range: RangeRequest;
  receivedBytes: number;
  /** A chunk with the flag "last" arrived. */
  flagged: boolean;
  /** Beats since its last data. */
  idleBeats: number;
}

/** The streams of one channel: those in progress, and cancelled ones that may still hold a slot at the host. */
export class StreamTable {
  readonly #live = new Map<number, LiveStream>();
  /** Cancelled streams, each with the id of the PING that followed its CANCEL. */
  readonly #cancelled = new Map<number, number>();
  #outstandingBytes = 0;
  /** Number of ranges that the host serves at once. */
  slots: number = BASE_RANGES;

  get liveRanges(): number {
    return this.#live.size;
  }

  get freeSlots(): number {
    return this.slots - this.#live.size - this.#cancelled.size;
  }

  /** Bytes of live streams that have not arrived. */
  get outstandingBytes(): number {
    return this.#outstandingBytes;
  }

  open(streamId: number, range: RangeRequest): void {
    this.#live.set(streamId, { range, receivedBytes: 0, flagged: false, idleBeats: 0 });
    this.#outstandingBytes += range.length;
  }

  get(streamId: number): LiveStream | undefined {
    return this.#live.get(streamId);
  }

  /** Counts bytes that arrived. The caller has checked that they are not more than are missing. */
  count(stream: LiveStream, bytes: number): void {
    stream.receivedBytes += bytes;
    stream.idleBeats = 0;
    this.#outstandingBytes -= bytes;
  }

  /** Removes a live stream. */
  close(streamId: number): LiveStream | undefined {
    const stream = this.#live.get(streamId);
    if (stream === undefined) return undefined;
    this.#live.delete(streamId);
    this.#outstandingBytes -= stream.range.length - stream.receivedBytes;
    return stream;
  }

  /** Keeps the slot of a stream that was just closed: the host may serve it until it has answered this PING. */
  holdSlot(streamId: number, pingId: number): void {
    this.#cancelled.set(streamId, pingId);
  }

  isCancelled(streamId: number): boolean {
    return this.#cancelled.has(streamId);
  }

  /** A RANGE_END arrived for a cancelled stream: its slot is free. */
  freeSlot(streamId: number): void {
    this.#cancelled.delete(streamId);
  }

  /** A PONG arrived: the host has processed everything that was sent before its PING, so those slots are free. */
  freeSlotsBefore(pingId: number): void {
    for (const [streamId, ping] of this.#cancelled) if (ping <= pingId) this.#cancelled.delete(streamId);
  }

  /** Counts a beat. @returns the ids of the streams without data for `silentBeats` beats */
  beat(silentBeats: number): number[] {
    const silent: number[] = [];
    for (const [streamId, stream] of this.#live) {
      stream.idleBeats += 1;
      if (stream.idleBeats >= silentBeats) silent.push(streamId);
    }
    return silent;
  }

  /** The ids of all live streams. */
  liveIds(): number[] {
    return [...this.#live.keys()];
  }
}
