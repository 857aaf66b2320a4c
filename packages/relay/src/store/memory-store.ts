import { type Clock, systemClock } from "../clock.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { bytesOf, MemoryLog } from "./memory-log.ts";
import { MemoryPubSub } from "./memory-pub-sub.ts";
import { MemorySlots } from "./memory-slots.ts";
import { RelayError } from "../http/relay-error.ts";
import { APPENDED, type Claim, type LogEvent, type LogTerms, type NewEvent, type RelayStore, type SlotRequest } from "./store.ts";

/** Interval at which the memory of expired items is freed, milliseconds. (Reads ignore expired items at once.) */
const SWEEP_MS = 5000;
/** Memory of a key, a member or an event besides its text, bytes: roughly V8's map entry and object. */
const OVERHEAD_BYTES = 128;

interface Item {
  value: string | MemorySlots | MemoryLog;
  expiresAt: number;
  /** Its size as counted for the cap. */
  bytes: number;
}

export interface MemoryStoreOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Approximate cap of all stored bytes; beyond it writes are refused (`full`). @default 268435456 */
  readonly maxBytes?: number;
}

/** The store of a single relay process, in memory. After a restart daemons register again by themselves. */
export function createMemoryStore(options: MemoryStoreOptions = {}): RelayStore {
  return new MemoryStore(options.clock ?? systemClock, options.maxBytes ?? DEFAULT_LIMITS.storeBytes);
}

class MemoryStore implements RelayStore {
  readonly #items = new Map<string, Item>();
  readonly #pubSub = new MemoryPubSub();
  readonly #clock: Clock;
  readonly #maxBytes: number;
  #bytes = 0;
  #closed = false;
  #stopSweeping: () => void = () => undefined;

  constructor(clock: Clock, maxBytes: number) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#text(key);
  }

  async put(key: string, text: string, ttlMs: number): Promise<void> {
    this.#setText(key, text, ttlMs);
  }

  async create(key: string, text: string, ttlMs: number): Promise<boolean> {
    if (this.#find(key) !== undefined) {
      return false;
    }
    this.#setText(key, text, ttlMs);
    return true;
  }

  async replace(key: string, expected: string, text: string, ttlMs: number): Promise<boolean> {
    if (this.#text(key) !== expected) {
      return false;
    }
    this.#setText(key, text, ttlMs);
    return true;
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    const next = Number(this.#text(key) ?? 0) + 1;
    this.#setText(key, String(next), ttlMs);
    return next;
  }

  async touch(key: string, ttlMs: number): Promise<boolean> {
    const item = this.#find(key);
    if (item === undefined) {
      return false;
    }
    item.expiresAt = this.#clock.now() + ttlMs;
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#remove(key);
  }

  async claim(requests: readonly SlotRequest[]): Promise<Claim> {
    const now = this.#clock.now();
    this.#requireSpace(requests.reduce((bytes, { key }) => bytes + key.length + OVERHEAD_BYTES, 0));
    for (const [refused, { key, member, limit }] of requests.entries()) {
      const retryAfterMs = (this.#slots(key) ?? new MemorySlots()).waitFor(member, limit, now);
      if (retryAfterMs !== undefined) return { taken: false, refused, retryAfterMs };
    }
    for (const { key, member, ttlMs } of requests) {
      const slots = this.#slots(key) ?? new MemorySlots();
      slots.take(member, ttlMs, now);
      this.#set(key, slots, key.length + OVERHEAD_BYTES * (slots.size + 1), Math.max(ttlMs, this.#lifeLeft(key)));
    }
    return { taken: true };
  }

  async release(key: string, member: string): Promise<void> {
    const slots = this.#slots(key);
    slots?.release(member);
    if (slots?.size === 0) {
      this.#remove(key);
    }
  }

  async members(key: string): Promise<string[]> {
    return this.#slots(key)?.members(this.#clock.now()) ?? [];
  }

  async append(key: string, event: NewEvent, terms: LogTerms): Promise<number | undefined> {
    const now = this.#clock.now();
    const log = this.#log(key) ?? new MemoryLog(now);
    const bytes = bytesOf(event.data);
    const isUncapped = terms.maxBytes === Number.POSITIVE_INFINITY;
    this.#requireSpace(isUncapped ? 0 : key.length + bytes + 2 * OVERHEAD_BYTES);
    const id = log.append(event, bytes, terms);
    if (id !== undefined) {
      this.#set(key, log, key.length + OVERHEAD_BYTES * (log.length + 1) + log.bytes, terms.ttlMs);
      this.#pubSub.publish(key, APPENDED);
    }
    return id;
  }

  async read(key: string, after: number | undefined, limit: number): Promise<LogEvent[]> {
    return this.#log(key)?.read(after, limit) ?? [];
  }

  async removeTagged(key: string, tag: string): Promise<void> {
    const log = this.#log(key);
    if (log !== undefined) {
      log.removeTagged(tag);
      this.#set(key, log, key.length + OVERHEAD_BYTES * (log.length + 1) + log.bytes, this.#lifeLeft(key));
    }
  }

  async subscribe(topic: string, listener: (message: string) => void): Promise<() => void> {
    return this.#pubSub.subscribe(topic, listener);
  }

  async publish(topic: string, message: string): Promise<void> {
    this.#pubSub.publish(topic, message);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopSweeping();
    this.#items.clear();
    this.#bytes = 0;
    this.#pubSub.clear();
  }

  #find(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (item !== undefined && item.expiresAt <= this.#clock.now()) {
      this.#remove(key);
      return undefined;
    }
    return item;
  }

  #text(key: string): string | undefined {
    const value = this.#find(key)?.value;
    if (value !== undefined && typeof value !== "string") {
      throw new TypeError(`${key} is not a record`);
    }
    return value;
  }

  #slots(key: string): MemorySlots | undefined {
    return this.#instance(key, MemorySlots);
  }

  #log(key: string): MemoryLog | undefined {
    return this.#instance(key, MemoryLog);
  }

  #instance<Kind>(key: string, kind: new (firstId: number) => Kind): Kind | undefined {
    const value = this.#find(key)?.value;
    if (value === undefined || value instanceof kind) return value;
    throw new TypeError(`${key} is not a ${kind.name}`);
  }

  #lifeLeft(key: string): number {
    return (this.#items.get(key)?.expiresAt ?? 0) - this.#clock.now();
  }

  /** @throws {RelayError} `full` */
  #requireSpace(bytes: number): void {
    if (bytes > 0 && this.#bytes + bytes > this.#maxBytes) {
      throw new RelayError("full", "the relay's memory is full");
    }
  }

  #setText(key: string, text: string, ttlMs: number): void {
    const bytes = key.length + text.length + OVERHEAD_BYTES;
    this.#requireSpace(bytes - (this.#items.get(key)?.bytes ?? 0));
    this.#set(key, text, bytes, ttlMs);
  }

  #set(key: string, value: Item["value"], bytes: number, ttlMs: number): void {
    const item = this.#items.get(key);
    if (this.#items.size === 0) {
      this.#sweepLater();
    }
    this.#bytes += bytes - (item?.bytes ?? 0);
    this.#items.set(key, { value, bytes, expiresAt: this.#clock.now() + ttlMs });
  }

  #remove(key: string): void {
    this.#bytes -= this.#items.get(key)?.bytes ?? 0;
    this.#items.delete(key);
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, item] of this.#items) {
      if (item.expiresAt <= now) {
        this.#remove(key);
      }
    }
  }

  /** Sweeps again and again until the store is empty. */
  #sweepLater(): void {
    // A request that was in progress when the store was closed may still write.
    if (this.#closed) {
      return;
    }
    this.#stopSweeping();
    this.#stopSweeping = this.#clock.after(SWEEP_MS, () => {
      this.#sweep();
      if (this.#items.size > 0) {
        this.#sweepLater();
      }
    });
  }
}
