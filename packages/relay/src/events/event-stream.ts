import type { RelayCore } from "../core.ts";
import type { RelayLimits } from "../limits.ts";
import { formatEvent, HEARTBEAT_BLOCK, RETRY_BLOCK } from "./sse-format.ts";
import type { LogEvent } from "../store/store.ts";
import type { Verdict } from "../sessions/plain-sides.ts";
import type { SinkEvents, StreamSink } from "./stream-sink.ts";

/** Number of events per read of the log. */
const READ_EVENTS = 32;
/** Number of heartbeats after which a reader that reads nothing is disconnected. */
const STALLED_HEARTBEATS = 2;
/** Interval at which a held event is decided again, milliseconds: short compared to the second that it takes to connect. */
const HELD_RETRY_MS = 50;
/** Lifetime of a log's reader count after the last reader came, in lifetimes of a stream: no reader can be older. */
const READERS_TTL_STREAMS = 4;
/** The last event of a log, `{"reason": …}`. Readers of the base protocol skip it, as any unknown event (S-1). */
export const END_EVENT = "end";

/** What all event streams of a relay share. When the store fails, the stream ends, and its reader opens another one. */
export type StreamCore = Pick<RelayCore, "store" | "clock" | "onTrouble"> & {
  readonly limits: Pick<RelayLimits, "streamMs" | "heartbeatMs">;
};

/** What a stream reads, and in which role. */
export interface StreamSource {
  readonly log: string;
  /** The reader's role. Of the readers with the same log and role only the newest `keep` stay (L-6). */
  readonly role: string;
  readonly keep: number;
  /** Which events the reader gets. A held event is decided again soon, and delays the events after it. @default all */
  readonly verdict?: (event: LogEvent) => Verdict | Promise<Verdict>;
  /** Whether an {@link END_EVENT} in the log ends the stream. */
  readonly endable: boolean;
  /** Called at each heartbeat, to keep the stream's session or daemon from expiring. @returns false if it has expired: the stream ends */
  readonly onHeartbeat: () => Promise<boolean>;
  /** Called once when the stream is over. `readerLeft`: the reader disconnected or stalled; otherwise it is expected to open the next stream. */
  readonly onOver?: (readerLeft: boolean) => void;
}

/** The request's reader. */
export interface StreamReader {
  /** `Last-Event-ID`. */
  readonly after: number | undefined;
  /**
   * Makes the response a long poll (L-16): it ends as soon as it has sent events, and without any after this time, milliseconds; 0: at once.
   * @default an event stream, which lasts its whole time
   */
  readonly pollMs?: number | undefined;
  /** Called once when the stream is over, to release its slot. */
  readonly onClose: () => void;
}

/** One response of server-sent events: the log's events, then new ones as they are appended, until the response's time is over (S-2). A long poll ends sooner (L-16). */
export class EventStream {
  readonly #core: StreamCore;
  readonly #source: StreamSource;
  readonly #reader: StreamReader;
  /** Undefined until the response begins. */
  #sink: StreamSink | undefined;
  #after: number | undefined;
  #number = 0;
  #open = true;
  #replaced = false;
  #pumping = false;
  /** The log may have events that were not read yet. */
  #behind = false;
  /** Whether an event was sent. */
  #sent = false;
  #stalled = 0;
  /** Remaining time of the response, milliseconds; counted by timers, since the machine's clock may be changed. */
  #leftMs = 0;
  #unsubscribe: () => void = () => undefined;
  #stopTimer: () => void = () => undefined;
  #stopHeldTimer: () => void = () => undefined;

  constructor(core: StreamCore, source: StreamSource, reader: StreamReader) {
    this.#core = core;
    this.#source = source;
    this.#reader = reader;
    this.#after = reader.after;
  }

  /**
   * Ends older readers of the role, begins the response and delivers events.
   * @param begin creates the sink; not called if the store fails
   */
  async start(begin: (events: SinkEvents) => StreamSink): Promise<void> {
    try {
      await this.#announce();
    } catch (error) {
      this.#release();
      throw error;
    }
    const sink = begin({ onCapacity: () => void this.#pump(), onGone: () => this.#release(true) });
    sink.write(RETRY_BLOCK);
    if (!this.#open) {
      sink.close();
      return;
    }
    this.#sink = sink;
    const { pollMs } = this.#reader;
    this.#leftMs = pollMs ?? this.#core.limits.streamMs;
    if (this.#leftMs > 0) {
      this.#waitForNext();
    }
    if (this.#replaced) {
      this.#endReplaced();
    }
    this.#behind = true;
    await this.#pump();
    if (pollMs === 0) {
      this.end();
    }
  }

  /** Ends the response as at the end of its time; queued data is still delivered. */
  end(): void {
    if (this.#open) {
      this.#release();
      this.#sink?.close();
    }
  }

  /** Takes the next reader number of the role, and tells older readers of it. */
  async #announce(): Promise<void> {
    const { store, limits } = this.#core;
    const { log, role } = this.#source;
    const counter = `${log}/readers/${role}`;
    this.#number = await store.increment(counter, READERS_TTL_STREAMS * limits.streamMs);
    this.#unsubscribe = await store.subscribe(log, (message) => this.#onMessage(message));
    await store.publish(log, readerMessage(role, this.#number));
    // Finds a newer reader that came between our number and our subscription.
    this.#onReader(Number((await store.get(counter)) ?? 0));
    if (!this.#open) {
      this.#unsubscribe();
    }
  }

  #onMessage(message: string): void {
    const number = readerNumberOf(message, this.#source.role);
    if (number !== undefined) {
      this.#onReader(number);
      return;
    }
    this.#behind = true;
    void this.#pump();
  }

  /** Ends this stream if a reader of our role with this number makes it one too many. */
  #onReader(number: number): void {
    if (number < this.#number + this.#source.keep) {
      return;
    }
    this.#replaced = true;
    if (this.#sink !== undefined) {
      this.#endReplaced();
    }
  }

  /** Ends for a newer reader, with an event about it. The event has no id, since it is not in the log. */
  #endReplaced(): void {
    this.#write(formatEvent({ event: END_EVENT, data: JSON.stringify({ reason: "replaced" }) }));
    this.end();
  }

  /** Copies events from the log to the sink until the sink is full. Runs once at a time. */
  async #pump(): Promise<void> {
    if (this.#pumping) {
      return;
    }
    this.#pumping = true;
    try {
      while (this.#open && this.#behind && !this.#full()) {
        this.#behind = false;
        const events = await this.#core.store.read(this.#source.log, this.#after, READ_EVENTS);
        if (!(await this.#deliver(events))) this.#retryHeld();
      }
      if (this.#reader.pollMs !== undefined && this.#sent && !this.#behind) this.end();
    } catch (error) {
      this.#core.onTrouble(error);
      this.end();
    } finally {
      this.#pumping = false;
    }
  }

  /** @returns false if an event is held */
  async #deliver(events: readonly LogEvent[]): Promise<boolean> {
    const { verdict = () => "give" } = this.#source;
    for (const event of events) {
      if (!this.#open || this.#full()) {
        this.#behind = true;
        return true;
      }
      const decided = await verdict(event);
      if (decided === "hold") {
        return false;
      }
      this.#after = event.id;
      if (decided === "give") {
        this.#write(formatEvent(event));
        this.#sent = true;
      }
      if (this.#source.endable && event.event === END_EVENT) {
        this.end();
      }
    }
    this.#behind ||= events.length === READ_EVENTS;
    return true;
  }

  /** Reads the log again soon, without waiting for the next append. */
  #retryHeld(): void {
    this.#stopHeldTimer();
    this.#stopHeldTimer = this.#core.clock.after(HELD_RETRY_MS, () => {
      this.#behind = true;
      void this.#pump();
    });
  }

  /** Uses one timer for the next heartbeat or the end, since there are thousands of streams. */
  #waitForNext(): void {
    const { clock, limits } = this.#core;
    const waitMs = Math.min(this.#leftMs, limits.heartbeatMs);
    this.#leftMs -= waitMs;
    this.#stopTimer = clock.after(waitMs, () => (this.#leftMs > 0 ? void this.#beat() : this.end()));
  }

  async #beat(): Promise<void> {
    this.#stalled = this.#full() ? this.#stalled + 1 : 0;
    if (this.#stalled >= STALLED_HEARTBEATS) {
      this.#release(true);
      this.#sink?.cut();
      return;
    }
    if (this.#stalled === 0) {
      this.#write(HEARTBEAT_BLOCK);
    }
    try {
      if (!(await this.#source.onHeartbeat())) {
        this.end();
      }
    } catch (error) {
      this.#core.onTrouble(error);
      this.end();
    }
    if (this.#open) {
      this.#waitForNext();
    }
  }

  #full(): boolean {
    return this.#sink?.isFull() ?? true;
  }

  #write(block: string): void {
    if (this.#open) {
      this.#sink?.write(block);
    }
  }

  /** Releases everything that the stream holds. Only the first call has an effect. */
  #release(readerLeft = false): void {
    if (!this.#open) {
      return;
    }
    this.#open = false;
    this.#stopTimer();
    this.#stopHeldTimer();
    this.#unsubscribe();
    this.#reader.onClose();
    this.#source.onOver?.(readerLeft);
  }
}

function readerMessage(role: string, number: number): string {
  return `reader ${role} ${number}`;
}

function readerNumberOf(message: string, role: string): number | undefined {
  const [kind, whose, number] = message.split(" ");
  return kind === "reader" && whose === role ? Number(number) : undefined;
}
