import { sleep } from "@rangecast/base";
import {
  BASE_CHUNK_BYTES,
  decodeFrame,
  encodeFrame,
  type Feature,
  type Frame,
  type GoodbyeReason,
  largeChunkBytes,
  MANY_RANGES,
  type Open,
  type RangeReq,
  RangeStatus,
  SESSION_FILE_HANDLE,
  WireError,
  type WireErrorReason,
} from "@rangecast/wire";
import { InFlightLimiter } from "./in-flight-limiter.ts";
import { DropLog } from "./drop-log.ts";
import type { ResourceTree } from "../resources/resource.ts";
import { FlowControl, type SendingChannel } from "./flow-control.ts";
import { FramePool } from "./frame-pool.ts";
import { HandleTable } from "./handle-table.ts";
import { helloFrame, MIN_MESSAGE_BYTES, openedFrame } from "./hello.ts";
import type { Logger } from "../logger.ts";
import { MAX_WAITING_RANGES, RangeSlots } from "./range-slots.ts";
import { rangeWindow } from "./range-window.ts";
import { type RangeJob, serveRange } from "./range.ts";

export interface RangeServerOptions {
  readonly channel: SendingChannel;
  readonly resources: ResourceTree;
  /** The name in the HELLO. */
  readonly displayName: string;
  /** The max-message-size of the browser's SDP, bytes; undefined if it has none, 0 for no limit. */
  readonly maxMessageSize: number | undefined;
  /** What this session supports beyond what every session does. @default nothing */
  readonly features?: readonly Feature[];
  readonly logger: Logger;
  /** Called once, when the channel is open but unusable: see {@link FlowControl}. */
  readonly onBroken: (error: unknown) => void;
}

/** Why a message from the browser is dropped. */
type DropReason = WireErrorReason | "not-binary" | "not-for-agents" | "too-many-pings";

/** Stream id of the PING after a GOODBYE. It is HELLO's, so browsers don't use it for their own PINGs; if one did, nothing would break. */
const GOODBYE_STREAM_ID = 0;

/** Polling interval while {@link RangeServer.goodbyeArrived} waits for the PONG, milliseconds. */
const GOODBYE_POLL_MS = 20;

/** A range that is served, or a resource that is being opened. */
interface Running {
  /** The resource that a range reads. */
  readonly handle: number | undefined;
  readonly canceller: AbortController;
  readonly ended: Promise<void>;
}

/** Serves ranges of a session's resources to one browser over one data channel (PROTOCOL.md, section 3). */
export class RangeServer {
  readonly #options: RangeServerOptions;
  readonly #logger: Logger;
  readonly #flow: FlowControl;
  readonly #slots = new RangeSlots();
  readonly #pool = new FramePool();
  readonly #drops: DropLog<DropReason>;
  readonly #handles: HandleTable;
  /** What runs, waits for a slot, or is being stopped. */
  readonly #running = new Set<Running>();
  /** By stream id: what a CANCEL of this id stops. */
  readonly #byId = new Map<number, Running>();
  readonly #baseChunkBytes: number;
  readonly #largeChunkBytes: number;
  readonly #rangeContext: Pick<RangeJob, "flow" | "pool" | "extended" | "onSent" | "onReadError">;
  /** The transport paces what it sends, and hides nothing that waits. */
  readonly #paced: boolean;
  #extended = false;
  #stopped = false;
  #goodbyeArrived = false;
  #sentBytes = 0;
  #readErrorLogged = false;

  constructor(options: RangeServerOptions) {
    const { maxMessageSize } = options;
    if (maxMessageSize !== undefined && maxMessageSize !== 0 && maxMessageSize < MIN_MESSAGE_BYTES) {
      throw new RangeError(`an offer with max-message-size ${maxMessageSize} must be refused before a session is served`);
    }
    this.#options = options;
    this.#handles = new HandleTable(options.resources, options.logger);
    this.#logger = options.logger;
    this.#drops = new DropLog(this.#logger, "dropped messages from the browser");
    this.#largeChunkBytes = largeChunkBytes(maxMessageSize);
    this.#baseChunkBytes = Math.min(BASE_CHUNK_BYTES, this.#largeChunkBytes);
    this.#paced = options.channel.supplyBytes !== undefined;
    const limiter = this.#paced ? {} : { limiter: new InFlightLimiter() };
    this.#flow = new FlowControl(options.channel, { ...limiter, onBroken: options.onBroken });
    this.#rangeContext = {
      flow: this.#flow,
      pool: this.#pool,
      extended: () => this.#extended,
      onSent: (bytes) => (this.#sentBytes += bytes),
      onReadError: (error) => this.#logReadError(error),
    };
  }

  /** Payload bytes passed to the channel so far. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Payload bytes that have left this machine, approximately: those passed to the channel minus those it still queues. */
  get deliveredBytes(): number {
    return Math.max(0, this.#sentBytes - this.#flow.queuedBytes);
  }

  /** Whether the browser announced the extensions. */
  get extended(): boolean {
    return this.#extended;
  }

  /** Number of frame buffers allocated so far: bounded, however much is served. */
  get allocatedBuffers(): number {
    return this.#pool.allocated;
  }

  /** Number of ranges that are served or wait for a slot, and of resources that are being opened. */
  get ranges(): number {
    return this.#running.size;
  }

  /** Number of messages from the browser that were dropped. */
  get dropped(): number {
    return this.#drops.total;
  }

  /** Sends the HELLO. The channel must be open; pass its messages to {@link receive}. */
  start(): void {
    const { resources, displayName, features = [] } = this.#options;
    const more: readonly Feature[] = this.#paced ? [...features, "paced"] : features;
    this.#flow.sendControl(helloFrame(resources, displayName, more));
  }

  /** Handles one message of the channel. Malformed ones are dropped and counted (C-7). */
  receive(data: unknown): void {
    const bytes = bytesOf(data);
    if (bytes === undefined) return this.#drops.count("not-binary");
    const frame = this.#decode(bytes);
    if (frame !== undefined) this.#take(frame);
  }

  /**
   * Stops every range at once. A browser that announced the extensions gets status 6 for each range, then GOODBYE. Resolves when reads in
   * progress are done; the frames are queued by then, and {@link goodbyeArrived} waits for their arrival.
   */
  async stop(reason: GoodbyeReason, message: string): Promise<void> {
    if (this.#stopped) return;
    const unended = [...this.#byId.keys()];
    const ended = this.#end(new Error(message));
    if (this.#extended) {
      for (const streamId of unended) this.#control({ type: "range-end", streamId, status: RangeStatus.STOPPING });
      this.#control({ type: "goodbye", streamId: 0, reason, message });
      this.#control({ type: "ping", streamId: GOODBYE_STREAM_ID });
    }
    await ended;
  }

  /**
   * Waits until a browser with the extensions has received everything, or `signal` aborts, or the channel closes. Only the PONG proves it: a stack holds
   * more than bufferedAmount shows, and discards it when the channel is closed.
   */
  async goodbyeArrived(signal: AbortSignal): Promise<void> {
    while (this.#extended && !this.#goodbyeArrived && !signal.aborted && this.#options.channel.readyState === "open") {
      await sleep(GOODBYE_POLL_MS);
    }
  }

  /** Stops everything and sends nothing more. Resolves when reads in progress are done. */
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
    await this.#handles.closeAll();
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
      if (frame.type === "pong" && frame.streamId === GOODBYE_STREAM_ID) this.#goodbyeArrived = true;
      return undefined;
    }
    switch (frame.type) {
      case "range-req":
        return this.#startRange(frame);
      case "open":
        return this.#startOpen(frame);
      case "close":
        return this.#closeHandle(frame.handle);
      case "cancel":
        return this.#cancel(frame.streamId, "cancelled by the browser");
      case "ping":
        if (frame.extended) this.#extend();
        return this.#pong(frame.streamId);
      case "pong":
        return this.#flow.pong(frame.streamId);
      case "seek-hint": // Only agents that transcode use it.
        return undefined;
      case "hello":
      case "range-data":
      case "range-end":
      case "goodbye":
      case "opened":
        return this.#drops.count("not-for-agents");
    }
  }

  #startRange(request: RangeReq): void {
    if (request.extended) this.#extend();
    const { streamId, handle = SESSION_FILE_HANDLE } = request;
    // An id that is used again names the new range (C-16). The old range sends nothing from here on, so their frames don't mix.
    this.#cancel(streamId, "the browser used the stream id again");
    const resource = this.#handles.get(handle);
    if (resource === undefined) return this.#refuse(streamId, RangeStatus.NOT_FOUND);
    const window = rangeWindow(request, resource.size);
    if (window === undefined) return this.#refuse(streamId, RangeStatus.OUT_OF_RANGE);
    const chunkBytes = request.largeChunks ? this.#largeChunkBytes : this.#baseChunkBytes;
    const serve = (signal: AbortSignal): Promise<void> =>
      serveRange({ streamId, resource, window, chunkBytes, signal, ...this.#rangeContext });
    this.#run(streamId, handle, (signal) => this.#inSlot(streamId, signal, serve));
  }

  #startOpen({ streamId, path }: Open): void {
    this.#extend();
    this.#cancel(streamId, "the browser used the stream id again");
    this.#run(streamId, undefined, async (signal) => {
      const opened = await this.#handles.open(path, signal);
      if ("status" in opened) this.#refuse(streamId, opened.status);
      else this.#flow.sendControl(openedFrame(streamId, opened.handle, opened.resource));
    });
  }

  /** Stops the ranges of a handle, and closes its resource when they have ended. */
  #closeHandle(handle: number): void {
    if (handle === SESSION_FILE_HANDLE) return; // It stays open until the session ends.
    const readers = [...this.#running].filter((running) => running.handle === handle);
    for (const { canceller } of readers) canceller.abort(new Error("the browser closed the handle"));
    this.#handles.close(handle, Promise.allSettled(readers.map(({ ended }) => ended)));
  }

  #refuse(streamId: number, status: number): void {
    this.#control({ type: "range-end", streamId, status });
  }

  /** Runs a job until it is done or a CANCEL of its id stops it. */
  #run(streamId: number, handle: number | undefined, job: (signal: AbortSignal) => Promise<void>): void {
    if (this.#running.size >= this.#slots.slots + MAX_WAITING_RANGES) return this.#refuse(streamId, RangeStatus.BUSY);
    const canceller = new AbortController();
    const ended = this.#settle(canceller.signal, job).finally(() => {
      this.#running.delete(running);
      if (this.#byId.get(streamId) === running) this.#byId.delete(streamId);
    });
    const running: Running = { handle, canceller, ended };
    this.#running.add(running);
    this.#byId.set(streamId, running);
  }

  /** Stops what has this id, if anything does. It sends nothing more, and its id is free at once. */
  #cancel(streamId: number, why: string): void {
    const running = this.#byId.get(streamId);
    this.#byId.delete(streamId);
    running?.canceller.abort(new Error(why));
  }

  /** The browser announced the extensions; more slots are one of them. */
  #extend(): void {
    this.#extended = true;
    this.#slots.grow(MANY_RANGES);
  }

  /** Runs a job. Resolves without an error when it is cancelled or the channel closes. */
  async #settle(signal: AbortSignal, job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await job(signal);
    } catch (error) {
      if (!signal.aborted && !this.#flow.closed) throw error;
    }
  }

  /** Waits for a slot and serves a range, or refuses it if no slot becomes free in time. */
  async #inSlot(streamId: number, signal: AbortSignal, serve: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const release = await this.#slots.take(signal);
    if (release === "busy") {
      return await this.#flow.send(signal, encodeFrame({ type: "range-end", streamId, status: RangeStatus.BUSY }));
    }
    try {
      await serve(signal);
    } finally {
      release();
    }
  }

  #control(frame: Frame): void {
    this.#flow.sendControl(encodeFrame(frame));
  }

  /** PONGs are dropped only in a flood of PINGs, where the PONG to a later PING says the same (C-16). */
  #pong(streamId: number): void {
    if (!this.#flow.sendPong(encodeFrame({ type: "pong", streamId })) && !this.#flow.closed) this.#drops.count("too-many-pings");
  }

  #logReadError(error: unknown): void {
    if (this.#readErrorLogged) return;
    this.#readErrorLogged = true;
    this.#logger.error("the file can't be read", { error });
  }
}

/** The bytes of a message; undefined for text. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}
