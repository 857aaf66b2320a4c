/**
 * What the relay remembers. Strings in, strings out, one flat space of keys, every call atomic and asynchronous, no object shared with the caller:
 * so that several relay instances can share one store (each call is one Redis command or one short script).
 *
 * Everything has a time to live; when it is over the thing is not there, and nobody is told.
 */
export interface RelayStore extends RecordStore, SlotStore, LogStore, PubSub {
  /** Sets the time that any key has left to live. @returns whether it is there */
  touch(key: string, ttlMs: number): Promise<boolean>;
  /** Removes any key. */
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Texts under keys. */
export interface RecordStore {
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string, ttlMs: number): Promise<void>;
  /** Puts only where nothing is. @returns whether it did */
  create(key: string, text: string, ttlMs: number): Promise<boolean>;
  /** Puts only where `expected` is. @returns whether it did */
  replace(key: string, expected: string, text: string, ttlMs: number): Promise<boolean>;
  /** Counts up from 1; `get` reads it as digits. */
  increment(key: string, ttlMs: number): Promise<number>;
}

/** Sets whose members expire one by one: caps, and windows for rates. */
export interface SlotStore {
  /** Takes a place in the set, or renews the one that `member` has. */
  claim(key: string, member: string, terms: SlotTerms): Promise<Claim>;
  release(key: string, member: string): Promise<void>;
  members(key: string): Promise<string[]>;
}

export interface SlotTerms {
  /** Most members at a time. */
  readonly limit: number;
  readonly ttlMs: number;
}

/** Whether there was a place; if not, when the first gets free at the latest. */
export type Claim = { readonly taken: true } | { readonly taken: false; readonly retryAfterMs: number };

/** Append-only lists of events. */
export interface LogStore {
  /**
   * Ids rise by at least one; a log's first is the time in ms at which it was made. So an id from before a store was lost is below all that came after,
   * and never mistaken for a place in the new log.
   * Subscribers of `key` hear {@link APPENDED}.
   * @returns the event's id; undefined, and nothing kept, when it would pass a cap
   */
  append(key: string, event: NewEvent, terms: LogTerms): Promise<number | undefined>;
  /** Events with an id above `after`, in order, at most `limit`. Where `after` is undefined or above every id, from the first. */
  read(key: string, after: number | undefined, limit: number): Promise<LogEvent[]>;
  /** Takes the events with this tag out, and their bytes off the cap. */
  removeTagged(key: string, tag: string): Promise<void>;
}

export interface NewEvent {
  /** Event name. */
  readonly event: string;
  /** One line of JSON. */
  readonly data: string;
  /** Which group it is of: readers can leave a group out, and a group can be removed. */
  readonly tag: string;
}

export interface LogEvent extends NewEvent {
  readonly id: number;
}

export interface LogTerms {
  readonly maxEvents: number;
  /** Bytes of data, UTF-8. Infinity: kept even when the whole store is full (the few bytes that say that a session is over). */
  readonly maxBytes: number;
  /** The log lives so long after this event, milliseconds. */
  readonly ttlMs: number;
}

/** Short notes to whoever listens at the moment; nothing is kept. */
export interface PubSub {
  /** `listener` must not throw. @returns stops it */
  subscribe(topic: string, listener: (note: string) => void): Promise<() => void>;
  publish(topic: string, note: string): Promise<void>;
}

/** The note that an append leaves on its log's topic. */
export const APPENDED = "appended";
