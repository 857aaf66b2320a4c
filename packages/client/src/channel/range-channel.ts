import type { DataChannel } from "@rangecast/rtc";
import {
  type Frame,
  type Goodbye,
  type Hello,
  MANY_RANGES,
  MAX_STREAM_ID,
  type RangeData,
  type RangeEnd,
  RangeStatus,
  toWireInteger,
} from "@rangecast/wire";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import { createDeferred } from "@rangecast/base";
import type { DropCounts } from "./drop-counts.ts";
import { factsOfHello, type FileFacts, hasFeature } from "../session/file-facts.ts";
import { FrameChannel } from "./frame-channel.ts";
import { BEAT_MS } from "./heartbeat.ts";
import { type Health, ChannelHealth } from "./channel-health.ts";
import { type RangeChannelEvent, type RangeChannelState, nextRangeChannelState } from "./range-channel-state.ts";
import type { CancelRange, RangeSource, RangeRequest, RangeResult } from "./range-source.ts";
import { GOODBYE_REASONS, GOODBYE_WORDS, rangeResult } from "./range-result.ts";
import { StreamTable } from "./stream-table.ts";
import { fixedWindow, type Window } from "../window/window.ts";

/** Longest wait for the HELLO once the channel is open, milliseconds: agents send it at once. */
export const HELLO_WAIT_MS = 10_000;

/** So many beats without anything of a range, and it has failed: 30 s, over the 5 s that it may wait for a slot and a disk's spinning up. */
export const SILENT_RANGE_BEATS = 20;

/** After a status 6, longest wait for the GOODBYE that says why, milliseconds. */
export const LEAVE_WAIT_MS = 5000;

export interface RangeChannelOptions {
  /** Reliable and ordered; not open yet, or just opened and no message read. */
  readonly channel: DataChannel;
  /** @default fixedWindow() */
  readonly window?: Window;
}

/** One data channel to one agent, from its opening to its end (protocol 1.3). It knows nothing of how the channel came to be. */
export class RangeChannel implements RangeSource {
  readonly window: Window;
  onCapacity: (() => void) | undefined;
  /** Told when its agent falls silent, and when it speaks again. */
  onHealth: ((health: Health) => void) | undefined;
  readonly #channel: FrameChannel;
  readonly #greeted = createDeferred<FileFacts>();
  readonly #closed = createDeferred<CloseReason>();
  readonly #streams = new StreamTable();
  readonly #health: ChannelHealth;
  #state: RangeChannelState = { phase: "opening" };
  #nextId = 1;
  #announced = false;
  #largeChunks = false;
  /** The agent frees the slot of a cancelled range at once. */
  #promptCancel = false;
  #receivedBytes = 0;
  #rttMs: number | undefined;
  #stopTimers: () => void = () => undefined;

  constructor({ channel, window = fixedWindow() }: RangeChannelOptions) {
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

  /** What the HELLO says; rejects with a {@link ClientError} if the channel ends before one came. */
  get greeted(): Promise<FileFacts> {
    return this.#greeted.promise;
  }

  /** Why the channel ended. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  get state(): RangeChannelState {
    return this.#state;
  }

  /** Messages from the agent that were dropped, by reason. */
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

  /** Bytes of ranges that came. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** The last PING's round trip, milliseconds. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  request(range: RangeRequest): CancelRange {
    if (!this.ready || this.freeSlots < 1)
      throw new Error(`a range was asked for in phase ${this.#state.phase}, ${this.freeSlots} slots`);
    const streamId = this.#takeId();
    const sent = this.#send({
      type: "range-req",
      streamId,
      offset: toWireInteger(range.offset),
      length: toWireInteger(range.length),
      extended: this.#announce(),
      largeChunks: this.#largeChunks && this.window.largeChunks,
    });
    if (!sent) {
      queueMicrotask(() => range.onEnd({ kind: "lost" }));
      return () => undefined;
    }
    this.#streams.open(streamId, range);
    this.window.onSent(streamId, range.length, performance.now());
    return () => this.#cancel(streamId);
  }

  /** Asks the agent whether it is still there: after a change of network, or a sleep. What comes of it, {@link onHealth} hears. */
  probe(): void {
    if (this.ready) this.#health.probe();
  }

  /** The connection below says that nothing comes any more: so the agent is silent until it speaks. */
  doubt(): void {
    if (this.ready) this.#health.doubt();
  }

  /** Ends the channel: its ranges are lost, its channel is closed. Idempotent; the first reason stays. */
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
    for (const streamId of this.#streams.liveIds()) this.#finish(streamId, { kind: "lost" });
    onCapacity?.();
  }

  #opened(): void {
    if (!this.#advance({ type: "opened" })) return;
    const timer = setTimeout(() => this.end({ reason: "timeout", message: "the host said nothing" }), HELLO_WAIT_MS);
    this.#stopTimers = () => clearTimeout(timer);
  }

  #heard(): void {
    if (this.#state.phase === "opening") this.#opened(); // Some stacks deliver before they say that the channel is open.
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
        return this.#greet(frame);
      case "goodbye":
        return this.#sayGoodbye(frame);
      case "range-req":
      case "cancel":
      case "seek-hint":
        return this.dropped.add("not-for-browsers");
    }
  }

  #greet(hello: Hello): void {
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
    this.#health.ping();
    // Only now: the PING has announced us, which is what the slots are for.
    if (hasFeature(facts, "many-ranges")) this.#streams.slots = MANY_RANGES;
    this.window.onSlots(this.#streams.slots);
    this.#greeted.resolve(facts);
    this.onCapacity?.();
  }

  #takeData({ streamId, data, last }: RangeData): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return this.#dropOf(streamId);
    // Also that of a chunk without bytes: a host that transcodes may learn only then that there are no more.
    stream.flagged ||= last;
    if (data.byteLength === 0) return this.dropped.add("empty-data");
    const missing = stream.range.length - stream.receivedBytes;
    if (data.byteLength > missing) {
      return this.#abandon(
        streamId,
        new ClientError("protocol-error", `the host sent more than the ${stream.range.length} bytes asked for`),
      );
    }
    this.#streams.count(stream, data.byteLength);
    this.#receivedBytes += data.byteLength;
    this.window.onDelivered(streamId, data.byteLength, performance.now());
    stream.range.onData(data);
    this.onCapacity?.();
  }

  #takeEnd({ streamId, status }: RangeEnd): void {
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

  #sayGoodbye({ reason, message }: Goodbye): void {
    this.end({ reason: GOODBYE_REASONS[reason], message: message === "" ? GOODBYE_WORDS[reason] : message });
  }

  /** The agent stops. Its GOODBYE, which says why, is sent after the ends of its ranges. */
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
    if (!this.#health.beat()) return this.end({ reason: "no-connection", message: "the host no longer answers" });
    for (const streamId of this.#streams.beat(SILENT_RANGE_BEATS)) {
      this.#abandon(streamId, new ClientError("timeout", "the host sent nothing of a range for too long"));
    }
  }

  /** Stops a stream at the agent and tells whoever asked for it. */
  #abandon(streamId: number, error: ClientError): void {
    const stream = this.#streams.get(streamId);
    this.#cancel(streamId);
    stream?.range.onEnd({ kind: "failed", error });
    this.onCapacity?.();
  }

  /** CANCEL, and to an old agent a PING whose PONG says that it was taken: until then the slot may be held. */
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

  /** The first RANGE_REQ or PING says that we know the extensions. */
  #announce(): boolean {
    const first = !this.#announced;
    this.#announced = true;
    return first;
  }

  /** Ids of ranges and PINGs are never used again; at the last one the channel ends. */
  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    if (id > MAX_STREAM_ID) throw new Error("a channel was used for more than 2^32 ranges");
    return id;
  }

  #send(frame: Frame): boolean {
    if (this.#channel.send(frame)) return true;
    this.end({ reason: "no-connection", message: "the connection no longer takes anything" });
    return false;
  }

  #advance(event: RangeChannelEvent): boolean {
    const before = this.#state;
    this.#state = nextRangeChannelState(before, event);
    return this.#state !== before;
  }
}
