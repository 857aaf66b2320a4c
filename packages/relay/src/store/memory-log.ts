import type { LogEvent, LogTerms, NewEvent } from "./store.ts";

const encoder = new TextEncoder();

/** Bytes of a text, UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).byteLength;
}

interface KeptEvent extends LogEvent {
  readonly bytes: number;
}

/** One log in memory: events in order of their ids. */
export class MemoryLog {
  #events: KeptEvent[] = [];
  #bytes = 0;
  #nextId: number;

  /** @param firstId see {@link RelayStore.append} */
  constructor(firstId: number) {
    this.#nextId = firstId;
  }

  get length(): number {
    return this.#events.length;
  }

  /** Bytes of all data, UTF-8. */
  get bytes(): number {
    return this.#bytes;
  }

  append(event: NewEvent, bytes: number, terms: LogTerms): number | undefined {
    if (this.#events.length >= terms.maxEvents || this.#bytes + bytes > terms.maxBytes) {
      return undefined;
    }
    const id = this.#nextId;
    this.#nextId += 1;
    this.#events.push({ id, event: event.event, data: event.data, tag: event.tag, bytes });
    this.#bytes += bytes;
    return id;
  }

  read(after: number | undefined, limit: number): LogEvent[] {
    const start = this.#indexAfter(after);
    return this.#events.slice(start, start + limit).map(({ id, event, data, tag }) => ({ id, event, data, tag }));
  }

  removeTagged(tag: string): void {
    this.#events = this.#events.filter((event) => event.tag !== tag);
    this.#bytes = this.#events.reduce((sum, event) => sum + event.bytes, 0);
  }

  /** Index of the first event with an id above `after`. A binary search, since a daemon's log may be long and is read after every append. */
  #indexAfter(after: number | undefined): number {
    if (after === undefined || after >= this.#nextId) {
      return 0;
    }
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.id ?? 0) > after) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
