import { createDeferred } from "@rangecast/base";
import type { DataChannel } from "@rangecast/rtc";
import {
  type Frame,
  type Goodbye,
  type Hello,
  MANY_RANGES,
  MAX_STREAM_ID,
  type Opened,
  type RangeData,
  type RangeEnd,
  RangeStatus,
  SESSION_FILE_HANDLE,
  toWireInteger,
} from "@rangecast/wire";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import { factsOfHello, type FileFacts, hasFeature } from "../session/file-facts.ts";
import { type DropCounts, FrameChannel } from "./frame-channel.ts";
import { BEAT_MS } from "./heartbeat.ts";
import { type Health, ChannelHealth } from "./channel-health.ts";
import { type OpenedResource, ResourceOpens } from "./resource-opens.ts";
import { type RangeChannelEvent, type RangeChannelState, nextRangeChannelState } from "./range-channel-state.ts";
import type { CancelRange, RangeSource, RangeRequest, RangeResult } from "./range-source.ts";
import { GOODBYE_REASONS, GOODBYE_MESSAGES, rangeResult } from "./range-result.ts";
import { StreamTable } from "./stream-table.ts";
import type { Window } from "../window/window.ts";

/** Longest wait for HELLO after the channel opened, milliseconds: agents send it at once. */
export const HELLO_WAIT_MS = 10_000;

/** Beats without data after which a range has failed: 30 s, more than the 5 s that it may wait for a slot (C-4) and a disk needs to spin up. */
export const SILENT_RANGE_BEATS = 20;

/** Longest wait for the GOODBYE after a status 6, milliseconds. */
export const LEAVE_WAIT_MS = 5000;

export interface RangeChannelOptions {
  /** Reliable and ordered; not open yet, or open with no message read. */
  readonly channel: DataChannel;
  readonly window: Window;
}

/** Requests ranges over one data channel, from its opening to its end (PROTOCOL.md, section 3). How the channel was negotiated is not its concern. */
export class RangeChannel implements RangeSource {
  readonly window: Window;
  onCapacity: (() => void) | undefined;
  /** Called when the host becomes silent, and when messages arrive again. */
  onHealth: ((health: Health) => void) | undefined;
  readonly #channel: FrameChannel;
  readonly #greeted = createDeferred<FileFacts>();
  readonly #closed = createDeferred<CloseReason>();
  readonly #streams = new StreamTable();
  readonly #opens = new ResourceOpens(
    (frame) => void this.#send(frame),
    () => this.#takeId(),
  );
  readonly #health: ChannelHealth;
  #state: RangeChannelState = { phase: "opening" };
  #nextId = 1;
  #announced = false;
  #largeChunks = false;
  /** The host opens resources by their paths. */
  #opensPaths = false;
  /** The host frees the slot of a cancelled range at once. */
  #promptCancel = false;
  #receivedBytes = 0;
  #rttMs: number | undefined;
  #stopTimers: () => void = () => undefined;

  constructor({ channel, window }: RangeChannelOptions) {
    this.window = window;
    this.#health = new ChannelHealth(
      () => this.#sendPing(),
      (health) => this.onHealth?.(health),
    );
    this.#channel = new FrameChannel(channel, {
      onOpen: () => this.#opened(),
      onMessage: () => this.#heard(),
      onFrame: (frame) => this.#take(frame),
      onClose: () => this.end({ reason: "closed", message: "the host closed the connection" }),
    });
    if (this.#channel.open) this.#opened();
  }

  /** Resolves to the contents of HELLO. Rejects with a {@link ClientError} if the channel ends first. */
  get greeted(): Promise<FileFacts> {
    return this.#greeted.promise;
  }

  /** Resolves to the reason when the channel has ended. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  get state(): RangeChannelState {
    return this.#state;
  }

  /** Messages of the host that were dropped, by reason. */
  get dropped(): DropCounts {
    return this.#channel.dropped;
  }

  get ready(): boolean {
    return this.#state.phase === "open";
  }

  get slots(): number {
    return this.#streams.slots;
  }

  get liveRanges(): number {
    return this.#streams.liveRanges;
  }

  get freeSlots(): number {
    return this.#streams.freeSlots;
  }

  get outstandingBytes(): number {
    return this.#streams.outstandingBytes;
  }

  /** Bytes of ranges that have arrived. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Round trip of the last PING, milliseconds. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  request(range: RangeRequest): CancelRange {
    if (!this.ready || this.freeSlots < 1)
      throw new Error(`a range was requested in phase ${this.#state.phase} with ${this.freeSlots} free slots`);
    const streamId = this.#takeId();
    const sent = this.#send({
      type: "range-req",
      streamId,
      ...(range.handle === SESSION_FILE_HANDLE ? {} : { handle: range.handle }),
      offset: toWireInteger(range.offset),
      length: toWireInteger(range.length),
      extended: this.#announce(),
      largeChunks: this.#largeChunks && this.window.largeChunks,
    });
    if (!sent) {
      let cancelled = false;
      queueMicrotask(() => {
        if (!cancelled) range.onEnd({ kind: "lost" });
      });
      return () => (cancelled = true);
    }
    this.#streams.open(streamId, range);
    this.window.onSent(streamId, range.length, performance.now());
    return () => this.#cancel(streamId);
  }

  /**
   * Opens another resource of the share, by its path: names separated by `/`, as bytes.
   * @throws {ClientError} `file-gone`, `unreadable` or `busy` from the host; `unsupported`; `timeout`; why the channel ended; the signal's reason
   */
  async open(path: Uint8Array, signal?: AbortSignal): Promise<OpenedResource> {
    if (!this.ready) throw new ClientError("closed", "the connection is closed");
    if (!this.#opensPaths) throw new ClientError("unsupported", "the host can't open other files: it runs an older version");
    return this.#opens.open(path, signal);
  }

  /** Frees a handle. Its ranges must be cancelled first. */
  closeHandle(handle: number): void {
    if (this.ready) this.#send({ type: "close", streamId: 0, handle });
  }

  /** Checks whether the host responds, after a change of network or a sleep. {@link onHealth} reports the outcome. */
  probe(): void {
    if (this.ready) this.#health.probe();
  }

  /** The transport reports that nothing arrives: the host is silent until a message does. */
  doubt(): void {
    if (this.ready) this.#health.doubt();
  }

  /** Closes the channel; its ranges are lost. Idempotent: the first reason counts. */
  end(why: CloseReason): void {
    const { reason, message } = why;
    if (!this.#advance({ type: "ended", reason, message })) return;
    this.#stopTimers();
    this.#health.stop();
    const { onCapacity } = this;
    this.onCapacity = this.onHealth = undefined;
    this.#channel.close();
    this.#greeted.reject(new ClientError(reason, message));
    this.#closed.resolve({ reason, message });
    this.#opens.end(new ClientError(reason, message));
    for (const streamId of this.#streams.liveIds()) this.#finish(streamId, { kind: "lost" });
    onCapacity?.();
  }

  #opened(): void {
    if (!this.#advance({ type: "opened" })) return;
    const timer = setTimeout(() => this.end({ reason: "timeout", message: "the host sent no HELLO" }), HELLO_WAIT_MS);
    this.#stopTimers = () => clearTimeout(timer);
  }

  #heard(): void {
    if (this.#state.phase === "opening") this.#opened(); // Some stacks deliver messages before they report the channel as open.
    this.#health.heard();
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case "range-data":
        return this.#takeData(frame);
      case "range-end":
        return this.#takeEnd(frame);
      case "ping":
        return this.#answerPing(frame.streamId);
      case "pong":
        return this.#takePong(frame.streamId);
      case "hello":
        return this.#takeHello(frame);
      case "goodbye":
        return this.#takeGoodbye(frame);
      case "opened":
        return this.#takeOpened(frame);
      case "range-req":
      case "cancel":
      case "seek-hint":
      case "open":
      case "close":
        return this.dropped.add("not-for-browsers");
    }
  }

  #takeHello(hello: Hello): void {
    if (this.#state.phase !== "greeting") return this.dropped.add("second-hello");
    let facts: FileFacts;
    try {
      facts = factsOfHello(hello);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return this.end(error);
    }
    this.#stopTimers();
    this.#advance({ type: "hello" });
    const beat = setInterval(() => this.#beat(), BEAT_MS);
    this.#stopTimers = () => clearInterval(beat);
    this.#largeChunks = hasFeature(facts, "large-chunks");
    this.#promptCancel = hasFeature(facts, "prompt-cancel");
    this.#opensPaths = hasFeature(facts, "handles");
    this.#health.ping();
    // Only after the PING, which announces this client: the host gives the slots to announced clients only.
    if (hasFeature(facts, "many-ranges")) this.#streams.slots = MANY_RANGES;
    this.window.onHost({ slots: this.#streams.slots, paced: hasFeature(facts, "paced") });
    this.#greeted.resolve(facts);
    this.onCapacity?.();
  }

  #takeData({ streamId, data, last }: RangeData): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return this.#dropOf(streamId);
    // An empty chunk may carry the flag: a host that transcodes may learn only then that there are no more bytes (C-17).
    stream.flagged ||= last;
    if (data.byteLength === 0) return this.dropped.add("empty-data");
    const missing = stream.range.length - stream.receivedBytes;
    if (data.byteLength > missing) {
      return this.#abandon(
        streamId,
        new ClientError("protocol-error", `the host sent more than the ${stream.range.length} requested bytes`),
      );
    }
    this.#streams.count(stream, data.byteLength);
    this.#receivedBytes += data.byteLength;
    this.window.onDelivered(streamId, data.byteLength, performance.now());
    stream.range.onData(data);
    this.onCapacity?.();
  }

  #takeEnd({ streamId, status }: RangeEnd): void {
    if (this.#opens.refused(streamId, status)) return status === RangeStatus.STOPPING ? this.#leave() : undefined;
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#dropOf(streamId);
      this.#streams.freeSlot(streamId);
    } else {
      if (status === RangeStatus.STOPPING) this.#leave();
      const { range, receivedBytes, flagged } = stream;
      const progress = { receivedBytes, missingBytes: range.length - receivedBytes, flagged, openEnd: range.openEnd ?? false };
      this.#finish(streamId, rangeResult(status, progress));
    }
    this.onCapacity?.();
  }

  #takeOpened(opened: Opened): void {
    if (this.#opens.opened(opened)) return;
    this.#dropOf(opened.streamId);
    this.closeHandle(opened.handle);
  }

  #dropOf(streamId: number): void {
    if (this.#state.phase === "greeting") return this.dropped.add("before-hello");
    this.dropped.add(this.#streams.isCancelled(streamId) ? "cancelled-stream" : "unknown-stream");
  }

  #takePong(id: number): void {
    const rttMs = this.#health.pong(id);
    if (rttMs === undefined) return this.dropped.add("unasked-pong");
    this.#rttMs = rttMs;
    this.window.onRtt(rttMs, performance.now());
    this.#streams.freeSlotsBefore(id);
    this.onCapacity?.();
  }

  #answerPing(streamId: number): void {
    if (this.#channel.clogged) return this.dropped.add("too-many-pings");
    this.#send({ type: "pong", streamId });
  }

  #takeGoodbye({ reason, message }: Goodbye): void {
    this.end({ reason: GOODBYE_REASONS[reason], message: message === "" ? GOODBYE_MESSAGES[reason] : message });
  }

  /** The host is stopping. Its GOODBYE, with the reason, follows the ends of its ranges. */
  #leave(): void {
    if (!this.#advance({ type: "stopping" })) return;
    const stopBeat = this.#stopTimers;
    const timer = setTimeout(() => this.end({ reason: "host-stopped", message: "the host is stopping" }), LEAVE_WAIT_MS);
    this.#stopTimers = () => {
      stopBeat();
      clearTimeout(timer);
    };
  }

  #beat(): void {
    if (!this.#health.beat()) return this.end({ reason: "no-connection", message: "the host no longer responds" });
    for (const streamId of this.#streams.beat(SILENT_RANGE_BEATS)) {
      this.#abandon(streamId, new ClientError("timeout", "the host sent no data of a range for too long"));
    }
  }

  /** Cancels a stream and ends its range with an error. */
  #abandon(streamId: number, error: ClientError): void {
    const stream = this.#streams.get(streamId);
    this.#cancel(streamId);
    stream?.range.onEnd({ kind: "failed", error });
    this.onCapacity?.();
  }

  /** Sends CANCEL. Without `prompt-cancel` a PING follows: its PONG shows that the CANCEL was processed and the slot is free. */
  #cancel(streamId: number): void {
    if (this.#close(streamId) === undefined) return;
    const sent = this.#send({ type: "cancel", streamId });
    if (sent && !this.#promptCancel) this.#streams.holdSlot(streamId, this.#health.ping());
  }

  #finish(streamId: number, result: RangeResult): void {
    this.#close(streamId)?.range.onEnd(result);
  }

  #close(streamId: number): ReturnType<StreamTable["close"]> {
    const stream = this.#streams.close(streamId);
    if (stream !== undefined) this.window.onEnded(streamId, stream.range.length - stream.receivedBytes, performance.now());
    return stream;
  }

  #sendPing(): number {
    const streamId = this.#takeId();
    this.#send({ type: "ping", streamId, extended: this.#announce() });
    return streamId;
  }

  /** Whether this RANGE_REQ or PING announces that we know the extensions: the first one does. */
  #announce(): boolean {
    const first = !this.#announced;
    this.#announced = true;
    return first;
  }

  /** Ids of ranges and PINGs are not reused. */
  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    if (id > MAX_STREAM_ID) throw new Error("the channel has used all stream ids");
    return id;
  }

  #send(frame: Frame): boolean {
    if (this.#channel.send(frame)) return true;
    this.end({ reason: "no-connection", message: "the connection no longer accepts data" });
    return false;
  }

  #advance(event: RangeChannelEvent): boolean {
    const before = this.#state;
    this.#state = nextRangeChannelState(before, event);
    return this.#state !== before;
  }
}
