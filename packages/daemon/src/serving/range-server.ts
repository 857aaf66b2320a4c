import {
  BASE_CHUNK_BYTES,
  decodeFrame,
  encodeFrame,
  type Frame,
  type GoodbyeReason,
  largeChunkBytes,
  MANY_RANGES,
  type RangeReq,
  RangeStatus,
  WireError,
  type WireErrorReason,
} from "@rangecast/wire";
import { InFlightLimiter } from "./in-flight-limiter.ts";
import { DropLog } from "./drop-log.ts";
import type { FileSource } from "../files/file-source.ts";
import { FlowControl, type SendingChannel } from "./flow-control.ts";
import { FramePool } from "./frame-pool.ts";
import { helloFrame, MIN_MESSAGE_BYTES } from "./hello.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { WaterMarks } from "./water-marks.ts";
import { MAX_WAITING_RANGES, RangeSlots, type ReleaseSlot } from "./range-slots.ts";
import { type RangeWindow, rangeWindow } from "./range-window.ts";
import { type RangeJob, serveRange } from "./range.ts";

export interface RangeServerOptions {
  readonly channel: SendingChannel;
  readonly source: FileSource;
  /** The name that the HELLO gives. */
  readonly displayName: string;
  /** What the browser's SDP names as its max-message-size, bytes; undefined where it names none, 0 for "no limit". */
  readonly maxMessageSize: number | undefined;
  /** @default fixedBound() */
  readonly bound?: WaterMarks;
  /** Whether PINGs in the stream bound what is under way (PROTOCOL.md, C-13). @default false: a browser must answer them */
  readonly pings?: boolean;
  readonly logger?: Logger;
  /** Called once when the channel refuses a frame although it is open. */
  readonly onBroken?: (error: unknown) => void;
}

/** Why a message from the browser is dropped. */
type DropReason = WireErrorReason | "not-binary" | "not-for-agents" | "too-many-pings";

/** Stream id of the PING behind a GOODBYE. Browsers don't choose 0 by habit, for it is HELLO's; it would do no harm. */
const FAREWELL_STREAM_ID = 0;

/** Stream id of the first PING in the stream: far from those of a browser's ranges, so that a log of frames can be read. */
const FIRST_PING_STREAM_ID = 0x8000_0000;

/** At the end the PONG is looked for so often, milliseconds. */
const FAREWELL_POLL_MS = 20;

interface RunningRange {
  readonly canceller: AbortController;
  readonly ended: Promise<void>;
}

/** Serves one file's ranges to one browser over one data channel (protocol 1.3). */
export class RangeServer {
  readonly #options: RangeServerOptions;
  readonly #logger: Logger;
  readonly #flow: FlowControl;
  readonly #slots = new RangeSlots();
  readonly #pool = new FramePool();
  readonly #drops: DropLog<DropReason>;
  /** Ranges that are served, wait for a place, or are just being stopped. */
  readonly #running = new Set<RunningRange>();
  /** By stream id: the range that a CANCEL of this id stops. */
  readonly #byId = new Map<number, RunningRange>();
  readonly #baseChunkBytes: number;
  readonly #largeChunkBytes: number;
  readonly #rangeContext: Pick<RangeJob, "source" | "flow" | "pool" | "extended" | "onSent" | "onReadError">;
  #extended = false;
  #stopped = false;
  #farewellTaken = false;
  #sentBytes = 0;
  #readErrorSaid = false;

  constructor(options: RangeServerOptions) {
    const { maxMessageSize } = options;
    if (maxMessageSize !== undefined && maxMessageSize !== 0 && maxMessageSize < MIN_MESSAGE_BYTES) {
      throw new RangeError(`an offer with max-message-size ${maxMessageSize} must be refused before it is served`);
    }
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#drops = new DropLog(this.#logger, "dropped messages from the browser");
    this.#largeChunkBytes = largeChunkBytes(maxMessageSize);
    this.#baseChunkBytes = Math.min(BASE_CHUNK_BYTES, this.#largeChunkBytes);
    const { bound, onBroken, pings = false } = options;
    this.#flow = new FlowControl(options.channel, {
      ...(pings ? { arrivals: new InFlightLimiter(FIRST_PING_STREAM_ID) } : {}),
      ...(bound === undefined ? {} : { bound }),
      ...(onBroken === undefined ? {} : { onBroken }),
    });
    this.#rangeContext = {
      source: options.source,
      flow: this.#flow,
      pool: this.#pool,
      extended: () => this.#extended,
      onSent: (bytes) => (this.#sentBytes += bytes),
      onReadError: (error) => this.#sayReadError(error),
    };
  }

  /** Payload bytes handed to the channel so far. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Payload bytes that have left this machine, near enough: what was handed over less what the channel still holds. */
  get deliveredBytes(): number {
    return Math.max(0, this.#sentBytes - this.#flow.queuedBytes);
  }

  /** Whether the browser announced that it knows the extensions. */
  get extended(): boolean {
    return this.#extended;
  }

  /** Buffers made for frames since the start: bounded, however much is served. */
  get allocatedBuffers(): number {
    return this.#pool.allocated;
  }

  /** Ranges that are served or wait for a place. */
  get ranges(): number {
    return this.#running.size;
  }

  /** Messages from the browser that were dropped. */
  get dropped(): number {
    return this.#drops.total;
  }

  /** Sends the HELLO. The channel must be open; messages go to {@link receive} from now on. */
  start(): void {
    this.#flow.sendControl(helloFrame(this.#options.source, this.#options.displayName));
  }

  /** Takes one message of the channel. Whatever it holds, the session goes on. */
  receive(data: unknown): void {
    const bytes = bytesOf(data);
    if (bytes === undefined) return this.#drops.count("not-binary");
    const frame = this.#decode(bytes);
    if (frame !== undefined) this.#take(frame);
  }

  /**
   * Stops every range now and says why, to a browser that knows how: status 6 for each of them, then GOODBYE. The frames are queued
   * when this resolves, which takes no longer than reads under way; {@link farewellTaken} waits until they have arrived.
   */
  async stop(reason: GoodbyeReason, message: string): Promise<void> {
    if (this.#stopped) return;
    const unended = [...this.#byId.keys()];
    const ended = this.#end(new Error(message));
    if (this.#extended) {
      for (const streamId of unended) this.#control({ type: "range-end", streamId, status: RangeStatus.STOPPING });
      this.#control({ type: "goodbye", streamId: 0, reason, message });
      this.#control({ type: "ping", streamId: FAREWELL_STREAM_ID });
    }
    await ended;
  }

  /**
   * Waits until an extended browser has all that was sent, or `signal` aborts, or the channel closes. A PONG is the proof: an empty queue is none, for a
   * stack holds more than it shows, and throws it away when the channel is closed.
   */
  async farewellTaken(signal: AbortSignal): Promise<void> {
    while (this.#extended && !this.#farewellTaken && !signal.aborted && this.#options.channel.readyState === "open") {
      await new Promise((resolve) => setTimeout(resolve, FAREWELL_POLL_MS));
    }
  }

  /** Stops everything and sends nothing more. Resolves when no read is under way any more. */
  async close(): Promise<void> {
    const ended = this.#end(new Error("the session is over"));
    this.#flow.close();
    await ended;
  }

  async #end(reason: Error): Promise<void> {
    this.#stopped = true;
    this.#drops.flush();
    const ranges = [...this.#running];
    this.#byId.clear();
    for (const { canceller } of ranges) canceller.abort(reason);
    await Promise.allSettled(ranges.map(({ ended }) => ended));
  }

  #decode(bytes: Uint8Array): Frame | undefined {
    try {
      return decodeFrame(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#drops.count(error.reason);
      return undefined;
    }
  }

  #take(frame: Frame): void {
    if (this.#stopped) {
      if (frame.type === "pong" && frame.streamId === FAREWELL_STREAM_ID) this.#farewellTaken = true;
      return undefined;
    }
    switch (frame.type) {
      case "range-req":
        return this.#open(frame);
      case "cancel":
        return this.#cancel(frame.streamId, "cancelled by the browser");
      case "ping":
        if (frame.extended) this.#extend();
        return this.#pong(frame.streamId);
      case "pong":
        return this.#flow.pong(frame.streamId);
      case "seek-hint": // For agents that transcode.
        return undefined;
      case "hello":
      case "range-data":
      case "range-end":
      case "goodbye":
        return this.#drops.count("not-for-agents");
    }
  }

  #open(request: RangeReq): void {
    if (request.extended) this.#extend();
    const { streamId } = request;
    // An id that is used again names the new range (C-16). The old one sends nothing after this line, so frames of the two are never mixed.
    this.#cancel(streamId, "the browser used the stream id again");
    const window = rangeWindow(request, this.#options.source.size);
    if (window === undefined) return this.#control({ type: "range-end", streamId, status: RangeStatus.OUT_OF_RANGE });
    if (this.#running.size >= this.#slots.places + MAX_WAITING_RANGES)
      return this.#control({ type: "range-end", streamId, status: RangeStatus.BUSY });
    const canceller = new AbortController();
    const chunkBytes = request.largeChunks ? this.#largeChunkBytes : this.#baseChunkBytes;
    const ended = this.#serve(streamId, window, chunkBytes, canceller.signal).finally(() => {
      this.#running.delete(range);
      if (this.#byId.get(streamId) === range) this.#byId.delete(streamId);
    });
    const range: RunningRange = { canceller, ended };
    this.#running.add(range);
    this.#byId.set(streamId, range);
  }

  /** Stops the range of this id, if there is one: nothing of it is sent any more, and its id is free at once. */
  #cancel(streamId: number, why: string): void {
    const range = this.#byId.get(streamId);
    this.#byId.delete(streamId);
    range?.canceller.abort(new Error(why));
  }

  /** The browser knows the extensions, more places among them. */
  #extend(): void {
    this.#extended = true;
    this.#slots.grow(MANY_RANGES);
  }

  /** Waits for a place and serves the range; ends quietly when it is cancelled or the channel closes. */
  async #serve(streamId: number, window: RangeWindow, chunkBytes: number, signal: AbortSignal): Promise<void> {
    let release: ReleaseSlot | undefined;
    try {
      const slot = await this.#slots.take(signal);
      if (slot === "busy") {
        return await this.#flow.send(signal, encodeFrame({ type: "range-end", streamId, status: RangeStatus.BUSY }));
      }
      release = slot;
      await serveRange({ streamId, window, chunkBytes, signal, ...this.#rangeContext });
    } catch (error) {
      if (!signal.aborted && !this.#flow.closed) throw error;
    } finally {
      release?.();
    }
  }

  #control(frame: Frame): void {
    this.#flow.sendControl(encodeFrame(frame));
  }

  /** Only a flood of PINGs goes without an answer: the PONG to a later PING says as much. */
  #pong(streamId: number): void {
    if (!this.#flow.sendPong(encodeFrame({ type: "pong", streamId })) && !this.#flow.closed) this.#drops.count("too-many-pings");
  }

  #sayReadError(error: unknown): void {
    if (this.#readErrorSaid) return;
    this.#readErrorSaid = true;
    this.#logger.error("the file can't be read", { error });
  }
}

/** The bytes of a channel's message; undefined for text. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}
