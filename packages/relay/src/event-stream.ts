import type { Clock } from "./clock.ts";
import { formatEvent, HEARTBEAT_BLOCK, RETRY_BLOCK } from "./sse-format.ts";
import type { LogEvent, RelayStore } from "./store.ts";

/**
 * Bytes that may wait in a stream for its reader. What is more waits in the log, where it is kept anyway: so a slow reader costs this much
 * and one event (at most a body, 64 KiB), never more.
 */
const QUEUED_BYTES = 16 * 1024;
/** Events taken from the log at a time. */
const READ_EVENTS = 32;
/** Heartbeats over which a reader may take nothing before it is cut. */
const STALLED_HEARTBEATS = 2;
/** The count of a log's readers outlives the last that came by so many streams' time: no reader can be older. */
const READERS_TTL_STREAMS = 4;
/** The event that says that nothing follows; `{"reason": …}`. Base-protocol readers skip it, as any name they don't know. */
export const END_EVENT = "end";

const encoder = new TextEncoder();

export interface EventStreamOptions {
  readonly store: RelayStore;
  readonly clock: Clock;
  /** The log to read. */
  readonly log: string;
  /** `Last-Event-ID`. */
  readonly after: number | undefined;
  /** Events with this tag are left out: the reader's own. */
  readonly except?: string;
  /** Whose reader it is: of the same log and role, only the newest `keep` stay. */
  readonly role: string;
  readonly keep: number;
  /** Whether an {@link END_EVENT} in the log ends the stream. */
  readonly endable: boolean;
  readonly streamMs: number;
  readonly heartbeatMs: number;
  /** Called at each heartbeat: keeps alive what the stream stands for. False: it isn't there any more, and the stream ends. */
  readonly onHeartbeat: () => Promise<boolean>;
  /** Cuts the connection, where the server can: for readers that take nothing. */
  readonly cut?: (() => void) | undefined;
  /** Told when the store fails. The stream ends; its reader comes again. */
  readonly onTrouble: (error: unknown) => void;
  readonly onClose: () => void;
}

/** One response of server-sent events: what its log holds, then what comes, until its time is over. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: EventStreamOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #after: number | undefined;
  #number = 0;
  #open = true;
  #pumping = false;
  /** The log may hold what was not read yet. */
  #behind = false;
  #stalled = 0;
  #unsubscribe: () => void = () => undefined;
  #stopHeartbeat: () => void = () => undefined;
  #stopDeadline: () => void = () => undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#after = options.after;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pump(),
        cancel: () => this.#release(),
      },
      { highWaterMark: QUEUED_BYTES, size: (chunk) => chunk.byteLength },
    );
    this.#write(RETRY_BLOCK);
    this.#stopDeadline = options.clock.after(options.streamMs, () => this.end());
    this.#beatLater();
  }

  /** Takes the reader's place, ending older ones, and starts to deliver. */
  async start(): Promise<void> {
    try {
      await this.#takePlace();
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#behind = true;
    await this.#pump();
  }

  /** Ends the response, as its time being over does; what is queued is still delivered. */
  end(): void {
    if (this.#open) {
      this.#release();
      this.#controller?.close();
    }
  }

  async #takePlace(): Promise<void> {
    const { store, log, role, streamMs } = this.#options;
    const counter = `${log}/readers/${role}`;
    this.#number = await store.increment(counter, READERS_TTL_STREAMS * streamMs);
    this.#unsubscribe = await store.subscribe(log, (note) => this.#hear(note));
    await store.publish(log, readerNote(role, this.#number));
    // Whoever came between our number and our subscription is seen here.
    this.#meet(Number((await store.get(counter)) ?? 0));
    if (!this.#open) {
      this.#unsubscribe();
    }
  }

  #hear(note: string): void {
    const number = numberOf(note, this.#options.role);
    if (number !== undefined) {
      this.#meet(number);
      return;
    }
    this.#behind = true;
    void this.#pump();
  }

  /** A reader of our role with this number is there. */
  #meet(number: number): void {
    if (this.#open && number >= this.#number + this.#options.keep) {
      this.#write(formatEvent({ event: END_EVENT, data: JSON.stringify({ reason: "replaced" }) }));
      this.end();
    }
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
        const events = await this.#options.store.read(this.#options.log, this.#after, READ_EVENTS);
        this.#deliver(events);
      }
    } catch (error) {
      this.#options.onTrouble(error);
      this.end();
    } finally {
      this.#pumping = false;
    }
  }

  #deliver(events: readonly LogEvent[]): void {
    for (const event of events) {
      if (!this.#open || this.#full()) {
        this.#behind = true;
        return;
      }
      this.#after = event.id;
      if (event.tag !== this.#options.except) {
        this.#write(formatEvent(event));
      }
      if (this.#options.endable && event.event === END_EVENT) {
        this.end();
      }
    }
    this.#behind ||= events.length === READ_EVENTS;
  }

  #beatLater(): void {
    this.#stopHeartbeat = this.#options.clock.after(this.#options.heartbeatMs, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    this.#stalled = this.#full() ? this.#stalled + 1 : 0;
    if (this.#stalled >= STALLED_HEARTBEATS) {
      this.#cut();
      return;
    }
    if (this.#stalled === 0) {
      this.#write(HEARTBEAT_BLOCK);
    }
    try {
      if (!(await this.#options.onHeartbeat())) {
        this.end();
      }
    } catch (error) {
      this.#options.onTrouble(error);
      this.end();
    }
    if (this.#open) {
      this.#beatLater();
    }
  }

  #full(): boolean {
    return (this.#controller?.desiredSize ?? 0) <= 0;
  }

  #write(block: string): void {
    if (this.#open) {
      this.#controller?.enqueue(encoder.encode(block));
    }
  }

  #cut(): void {
    this.#release();
    if (this.#options.cut === undefined) {
      this.#controller?.error(new Error("the reader takes nothing"));
    } else {
      this.#options.cut();
    }
  }

  #release(): void {
    if (!this.#open) {
      return;
    }
    this.#open = false;
    this.#stopDeadline();
    this.#stopHeartbeat();
    this.#unsubscribe();
    this.#options.onClose();
  }
}

function readerNote(role: string, number: number): string {
  return `reader ${role} ${number}`;
}

function numberOf(note: string, role: string): number | undefined {
  const [kind, whose, number] = note.split(" ");
  return kind === "reader" && whose === role ? Number(number) : undefined;
}
