/**
 * Where the relay stores its state. All values are strings, in one flat space of keys. Each call is asynchronous and atomic, and shares no object with the
 * caller. So several relay instances can share one store: each call can be one Redis command or a short script. A store of your own must pass
 * `src/testing/store-contract.ts`.
 *
 * Everything has a time to live, and disappears without a notification when it is over.
 */
export interface RelayStore extends RecordStore, SlotStore, LogStore, PubSub {
  /** Sets the remaining lifetime of a key of any kind. @returns whether the key exists */
  touch(key: string, ttlMs: number): Promise<boolean>;
  /** Removes a key of any kind. */
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Texts under keys. */
export interface RecordStore {
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string, ttlMs: number): Promise<void>;
  /** Puts the text if the key does not exist. @returns whether it did */
  create(key: string, text: string, ttlMs: number): Promise<boolean>;
  /** Puts the text if the current one is `expected`. @returns whether it did */
  replace(key: string, expected: string, text: string, ttlMs: number): Promise<boolean>;
  /** Increments a counter, from 1; `get` returns it as digits. */
  increment(key: string, ttlMs: number): Promise<number>;
}

/** Capped sets whose members expire one by one: for caps and rate limits. */
export interface SlotStore {
  /**
   * Takes a slot in each of several different sets, or renews those that the members have; takes none if one of the sets is full. One call, so that opening a
   * session takes few round trips.
   */
  claim(requests: readonly SlotRequest[]): Promise<Claim>;
  release(key: string, member: string): Promise<void>;
  members(key: string): Promise<string[]>;
}

export interface SlotRequest {
  /** The set. */
  readonly key: string;
  readonly member: string;
  /** Most members of the set at a time. */
  readonly limit: number;
  /** When the slot expires, milliseconds from now. */
  readonly ttlMs: number;
}

/** Whether the slots were taken; if not, the index of the first request whose set was full, and when its next slot becomes free at the latest. */
export type Claim = { readonly taken: true } | { readonly taken: false; readonly refused: number; readonly retryAfterMs: number };

/** Append-only lists of events. */
export interface LogStore {
  /**
   * Appends an event, and publishes {@link APPENDED} on the topic `key`. Ids increase by at least one; a log's first id is the time in ms at which the log was
   * created. So an id from before a loss of the store is below all ids of the new log, and can't be mistaken for one of them.
   * @returns the event's id; undefined, and nothing is stored, if it would exceed a cap
   */
  append(key: string, event: NewEvent, terms: LogTerms): Promise<number | undefined>;
  /** At most `limit` events with an id above `after`, in order. From the first event if `after` is undefined or above every id. */
  read(key: string, after: number | undefined, limit: number): Promise<LogEvent[]>;
  /** Removes the events with this tag, which no longer count towards the caps. */
  removeTagged(key: string, tag: string): Promise<void>;
}

export interface NewEvent {
  /** Event name. */
  readonly event: string;
  /** One line of JSON. */
  readonly data: string;
  /** Its group: readers can skip a group, and a group can be removed. */
  readonly tag: string;
}

export interface LogEvent extends NewEvent {
  readonly id: number;
}

export interface LogTerms {
  readonly maxEvents: number;
  /** Bytes of data, UTF-8. Infinity: stored even when the whole store is full (for the small event that ends a session). */
  readonly maxBytes: number;
  /** Lifetime of the log from this event on, milliseconds. */
  readonly ttlMs: number;
}

/** Messages to current subscribers; they are not stored. */
export interface PubSub {
  /** `listener` must not throw. @returns a function that ends the subscription */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>;
  publish(topic: string, message: string): Promise<void>;
}

/** The message that an append publishes on its log's topic. */
export const APPENDED = "appended";
