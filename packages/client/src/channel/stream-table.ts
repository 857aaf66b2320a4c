import { BASE_RANGES } from "@rangecast/wire";
import type { RangeRequest } from "./range-source.ts";

/** A stream id's range, while it is served. */
export interface LiveStream {
  readonly range: RangeRequest;
  receivedBytes: number;
  /** A chunk with the flag "last" came. */
  flagged: boolean;
  /** Beats since anything of it came. */
  idleBeats: number;
}

/** One channel's streams: those that are served, and those that were cancelled and may still hold a slot at the agent. */
export class StreamTable {
  readonly #live = new Map<number, LiveStream>();
  /** By stream id: the id of the PING that followed its CANCEL. */
  readonly #cancelled = new Map<number, number>();
  #outstandingBytes = 0;
  /** Ranges that the agent serves at once. */
  slots: number = BASE_RANGES;

  get liveRanges(): number {
    return this.#live.size;
  }

  get freeSlots(): number {
    return this.slots - this.#live.size - this.#cancelled.size;
  }

  /** Bytes of live streams that have not come. */
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

  /** Counts bytes that came. The caller has checked that the stream has so many missing. */
  count(stream: LiveStream, bytes: number): void {
    stream.receivedBytes += bytes;
    stream.idleBeats = 0;
    this.#outstandingBytes -= bytes;
  }

  /** Takes a live stream out of the table. */
  close(streamId: number): LiveStream | undefined {
    const stream = this.#live.get(streamId);
    if (stream === undefined) return undefined;
    this.#live.delete(streamId);
    this.#outstandingBytes -= stream.range.length - stream.receivedBytes;
    return stream;
  }

  /** Keeps the slot of a stream that was just closed: the agent may serve it until it has answered this PING. */
  holdSlot(streamId: number, pingId: number): void {
    this.#cancelled.set(streamId, pingId);
  }

  isCancelled(streamId: number): boolean {
    return this.#cancelled.has(streamId);
  }

  /** An end came for a cancelled stream: its slot is free. */
  freeSlot(streamId: number): void {
    this.#cancelled.delete(streamId);
  }

  /** A PONG came: the agent has taken everything that was sent before its PING, so those slots are free. */
  freeSlotsBefore(pingId: number): void {
    for (const [streamId, behind] of this.#cancelled) if (behind <= pingId) this.#cancelled.delete(streamId);
  }

  /** Counts a beat, and gives the ids of streams of which nothing came for so many. */
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
