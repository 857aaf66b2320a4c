import type { Clock } from "../clock.ts";
import { formatEvent, HEARTBEAT_BLOCK, RETRY_BLOCK } from "./sse-format.ts";
import type { LogEvent, RelayStore } from "../store/store.ts";
import type { Verdict } from "../sessions/plain-sides.ts";
import type { SinkEvents, StreamSink } from "./stream-sink.ts";

/** Events taken from the log at a time. */
const READ_EVENTS = 32;
/** Heartbeats over which a reader may take nothing before it is cut. */
const STALLED_HEARTBEATS = 2;
/** An event that is held is looked at again after so long, milliseconds: short beside the second that a connection takes to come about. */
const HELD_LOOK_MS = 50;
/** The count of a log's readers outlives the last that came by so many streams' time: no reader can be older. */
const READERS_TTL_STREAMS = 4;
/** The event that says that nothing follows; `{"reason": …}`. Base-protocol readers skip it, as any name they don't know. */
export const END_EVENT = "end";

/** What all streams of a relay share. */
export interface StreamCore {
  readonly store: RelayStore;
  readonly clock: Clock;
  readonly limits: { readonly streamMs: number; readonly heartbeatMs: number };
  /** Told when the store fails. The stream ends; its reader comes again. */
  readonly onTrouble: (error: unknown) => void;
}

/** What a stream reads, and as whom. */
export interface StreamSource {
  readonly log: string;
  /** Whose reader it is: of the same log and role, only the newest `keep` stay. */
  readonly role: string;
  readonly keep: number;
  /** Which events the reader gets; what is held is asked about again soon, and nothing overtakes it. @default all of them */
  readonly verdict?: (event: LogEvent) => Verdict | Promise<Verdict>;
  /** Whether an {@link END_EVENT} in the log ends the stream. */
  readonly endable: boolean;
  /** Called at each heartbeat: keeps alive what the stream stands for. False: it isn't there any more, and the stream ends. */
  readonly onHeartbeat: () => Promise<boolean>;
  /** Called once when the stream is over: whether the reader closed it, or takes nothing any more; else it is expected to open the next one. */
  readonly onOver?: (readerLeft: boolean) => void;
}

/** Who reads. */
export interface StreamReader {
  /** `Last-Event-ID`. */
  readonly after: number | undefined;
  /** Called once when the stream is over, to give its place back. */
  readonly onClose: () => void;
}

/** One response of server-sent events: what its log holds, then what comes, until its time is over. */
export class EventStream {
  readonly #core: StreamCore;
  readonly #source: StreamSource;
  readonly #reader: StreamReader;
  /** Undefined until the response begins. */
  #sink: StreamSink | undefined;
  #after: number | undefined;
  #number = 0;
  #open = true;
  #overtaken = false;
  #pumping = false;
  /** The log may hold what was not read yet. */
  #behind = false;
  #stalled = 0;
  /** What is left of the response's time, milliseconds; counted by timers, since a machine's clock may be set while it lasts. */
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
   * Takes the reader's place, ending older ones, begins the response and delivers.
   * @param begin makes the sink; not called where the store fails
   */
  async start(begin: (events: SinkEvents) => StreamSink): Promise<void> {
    try {
      await this.#takePlace();
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
    this.#leftMs = this.#core.limits.streamMs;
    this.#waitForNext();
    if (this.#overtaken) {
      this.#giveWay();
    }
    this.#behind = true;
    await this.#pump();
  }

  /** Ends the response, as its time being over does; what is queued is still delivered. */
  end(): void {
    if (this.#open) {
      this.#release();
      this.#sink?.close();
    }
  }

  async #takePlace(): Promise<void> {
    const { store, limits } = this.#core;
    const { log, role } = this.#source;
    const counter = `${log}/readers/${role}`;
    this.#number = await store.increment(counter, READERS_TTL_STREAMS * limits.streamMs);
    this.#unsubscribe = await store.subscribe(log, (note) => this.#hear(note));
    await store.publish(log, readerNote(role, this.#number));
    // Whoever came between our number and our subscription is seen here.
    this.#meet(Number((await store.get(counter)) ?? 0));
    if (!this.#open) {
      this.#unsubscribe();
    }
  }

  #hear(note: string): void {
    const number = numberOf(note, this.#source.role);
    if (number !== undefined) {
      this.#meet(number);
      return;
    }
    this.#behind = true;
    void this.#pump();
  }

  /** A reader of our role with this number is there. */
  #meet(number: number): void {
    if (number < this.#number + this.#source.keep) {
      return;
    }
    this.#overtaken = true;
    if (this.#sink !== undefined) {
      this.#giveWay();
    }
  }

  /** Ends for a newer reader, and says so; without an id, since that is nothing the log holds. */
  #giveWay(): void {
    this.#write(formatEvent({ event: END_EVENT, data: JSON.stringify({ reason: "replaced" }) }));
    this.end();
  }

  /** Moves events from the log to the reader while it takes them. Runs once at a time. */
  async #pump(): Promise<void> {
    if (this.#pumping) {
      return;
    }
    this.#pumping = true;
    try {
      while (this.#open && this.#behind && !this.#full()) {
        this.#behind = false;
        const events = await this.#core.store.read(this.#source.log, this.#after, READ_EVENTS);
        if (!(await this.#deliver(events))) this.#lookAgain();
      }
    } catch (error) {
      this.#core.onTrouble(error);
      this.end();
    } finally {
      this.#pumping = false;
    }
  }

  /** @returns false where an event is held */
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
      }
      if (this.#source.endable && event.event === END_EVENT) {
        this.end();
      }
    }
    this.#behind ||= events.length === READ_EVENTS;
    return true;
  }

  /** Something is held: until then only what is appended has the log looked at. */
  #lookAgain(): void {
    this.#stopHeldTimer();
    this.#stopHeldTimer = this.#core.clock.after(HELD_LOOK_MS, () => {
      this.#behind = true;
      void this.#pump();
    });
  }

  /** One timer for the next heartbeat or the end, whichever comes first: there are thousands of streams. */
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

  /** Lets go of all that the stream holds; the first time. */
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

function readerNote(role: string, number: number): string {
  return `reader ${role} ${number}`;
}

function numberOf(note: string, role: string): number | undefined {
  const [kind, whose, number] = note.split(" ");
  return kind === "reader" && whose === role ? Number(number) : undefined;
}
