import { type CongestionController, createSample } from "../congestion/controller.ts";
import { DATA_HEADER_BYTES } from "../wire/data-chunk.ts";
import { I_DATA_HEADER_BYTES } from "../wire/i-data-chunk.ts";
import { gapEnd, gapStart } from "../wire/sack-chunk.ts";
import { isAfter, offsetOf } from "../wire/serial.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import { ChunkRing, MAX_OUTSTANDING_CHUNKS } from "./chunk-ring.ts";
import { Chunker } from "./chunker.ts";
import { AbandonedMessages } from "./abandoned-messages.ts";
import type { Flight } from "./flight.ts";
import { GapReports } from "./gap-reports.ts";
import type { LostChunks } from "./lost-chunks.ts";
import { InterleavedQueue } from "./interleaved-queue.ts";
import { LossDetector } from "./loss-detector.ts";
import type { OutChunk, QueuedMessage } from "./out-chunk.ts";
import { Outstanding } from "./outstanding.ts";
import { Pacer } from "./pacer.ts";
import { RateSampler } from "./rate-sampler.ts";
import { Rto } from "../loss/rto.ts";
import { SendQueue } from "./send-queue.ts";
import { SendTimers } from "./send-timers.ts";
import type { SackFault, SenderOptions } from "./sender-options.ts";

/** Sends DATA until it is acknowledged: window, pacing, loss detection and retransmission. */
export class Sender {
  readonly #options: SenderOptions;
  #controller: CongestionController;
  readonly #chunker: Chunker;
  /** Of a chunk of data. */
  readonly #headerBytes: number;
  readonly #ring: ChunkRing;
  readonly #outstanding: Outstanding;
  readonly #flight: Flight;
  readonly #lost: LostChunks;
  readonly #abandoned: AbandonedMessages;
  readonly #rate = new RateSampler();
  #losses = new LossDetector();
  readonly #rto: Rto;
  readonly #timers: SendTimers;
  #peerWindowBytes: number;
  readonly #pacer = new Pacer();
  /** One chunk may be sent whatever the window says: a tail loss probe, or a probe of a closed window. */
  #probeDue = false;
  /** Time-outs in a row without an acknowledgement. */
  #timeouts = 0;
  /** After a time-out, until the first acknowledgement tells whether it was false (F-RTO). */
  #suspectTimeout = false;
  readonly #gaps = new GapReports();
  #lastSentAtMs = Number.NEGATIVE_INFINITY;
  readonly #sample = createSample();
  #sampleAcked = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#controller = options.controller;
    this.#ring = new ChunkRing(options.initialTsn);
    const { interleaved, chunkSize } = options;
    // The other half of the peer's window is for what waits for lost chunks.
    const queue = interleaved ? new InterleavedQueue(options.peerWindowBytes / 2) : new SendQueue();
    this.#chunker = new Chunker(this.#ring, queue, chunkSize, interleaved);
    this.#headerBytes = interleaved ? I_DATA_HEADER_BYTES : DATA_HEADER_BYTES;
    this.#outstanding = new Outstanding(this.#ring, options.onLost);
    this.#flight = this.#outstanding.flight;
    this.#lost = this.#outstanding.lost;
    this.#abandoned = new AbandonedMessages(this.#outstanding, this.#chunker, interleaved);
    this.#peerWindowBytes = options.peerWindowBytes;
    this.#rto = new Rto({ minMs: options.minRtoMs, maxMs: options.maxRtoMs });
    this.#timers = new SendTimers(this.#rto, this.#flight, () => this.#recovering);
  }

  /** Bytes that are not acknowledged cumulatively, or not sent. */
  get bufferedBytes(): number {
    return this.#chunker.queuedBytes + this.#outstanding.bytes;
  }

  /** Bytes in messages that were never sent. */
  get queuedBytes(): number {
    return this.#chunker.queuedBytes;
  }

  get inflightBytes(): number {
    return this.#flight.bytes;
  }

  get windowBytes(): number {
    return this.#controller.windowBytes;
  }

  get pacingRate(): number {
    return this.#controller.pacingRate;
  }

  /** Whether everything was sent and acknowledged. */
  get idle(): boolean {
    return this.#ring.size === 0 && this.#chunker.empty;
  }

  /** The last TSN that was given to a chunk. */
  get lastTsn(): number {
    return (this.#ring.next - 1) >>> 0;
  }

  /** Whether chunks of this stream wait, or are not acknowledged. */
  usesStream(streamId: number): boolean {
    return this.#chunker.usesStream(streamId);
  }

  get smoothedRttMs(): number {
    return this.#rto.srttMs;
  }

  get deliveredBytes(): number {
    return this.#rate.delivery.deliveredBytes;
  }

  /** Payload bytes of chunks that were declared lost so far. */
  lostBytes = 0;

  /** The limits of a message count only if the peer can skip what is given up. */
  enqueue(message: QueuedMessage): void {
    this.#chunker.add(message.limits === undefined || this.#options.peerSkips ? message : { ...message, limits: undefined });
  }

  /** See {@link Chunker.drop}. */
  dropQueued(streamId: number, keptProtocolId: number | undefined): void {
    this.#chunker.drop(streamId, keptProtocolId);
  }

  /** See {@link Chunker.resetSequences}. */
  resetSequences(streamIds: readonly number[]): void {
    this.#chunker.resetSequences(streamIds);
  }

  /** When {@link onDeadline} or {@link fill} has something to do, ms; Infinity: nothing without an event. */
  deadlineMs(nowMs: number): number {
    if (this.#abandoned.due) return nowMs;
    const sendAtMs = this.#hasRoomFor(this.#nextLength()) ? this.#pacer.atMs : this.#pacer.expectedMs;
    return Math.min(this.#timers.nextMs, Math.max(nowMs, sendAtMs));
  }

  /** Writes DATA chunks into the packet as far as windows, pacing and its room allow. @returns how many */
  fill(writer: PacketWriter, nowMs: number): number {
    let chunks = 0;
    let bytes = 0;
    this.#abandoned.giveUp(nowMs);
    if (this.#abandoned.write(writer, nowMs)) this.#timers.onForwardTsn(nowMs);
    this.#pacer.begin(nowMs, this.#controller.pacingRate);
    while (this.#probeDue || this.#pacer.atMs <= nowMs) {
      const length = this.#nextLength();
      if (length === 0) {
        if (this.#probeDue && chunks === 0 && this.#flight.newest !== undefined) chunks += this.#probeAgain(writer, nowMs);
        this.#probeDue = false;
        break;
      }
      if (!writer.admit(this.#headerBytes + length) || !(this.#probeDue || this.#hasRoomFor(length))) break;
      this.#probeDue = false;
      this.#put(writer, this.#lost.count > 0 ? this.#lost.take() : this.#chunker.take(), nowMs);
      chunks += 1;
      bytes += length;
      this.#abandoned.giveUp(nowMs);
    }
    if (bytes > 0) {
      this.#rate.arrivals.onPacket(bytes);
      const tooSlow = this.#pacer.onSent(nowMs, bytes, this.#controller.pacingRate, this.#controller.burstBytes, this.#rto.srttMs);
      if (tooSlow) this.#rate.delivery.onAppLimited(this.#flight.bytes);
    }
    this.#expectNext(nowMs);
    const nothingLeft = this.#chunker.empty && this.#lost.count === 0;
    if (nothingLeft && this.#flight.bytes < this.#controller.windowBytes) this.#rate.delivery.onAppLimited(this.#flight.bytes);
    return chunks;
  }

  /**
   * A SACK arrived (RFC 9260, 6.2.1).
   * @param gapsOffset where in `packet` the gap blocks begin
   */
  onSack(
    nowMs: number,
    cumulative: number,
    windowBytes: number,
    gapCount: number,
    packet: Uint8Array,
    gapsOffset: number,
  ): SackFault | undefined {
    const acknowledged = offsetOf((cumulative + 1) >>> 0, this.#ring.first);
    if (acknowledged > this.#ring.size) return isAfter(this.#ring.first, cumulative) ? undefined : "unsent-tsn"; // An old one is ignored.
    const priorInflight = this.#flight.bytes;
    this.#pacer.heard = true;
    this.#rate.begin();
    this.#losses.begin();
    let fault: SackFault | undefined;
    for (let count = acknowledged; count > 0; count -= 1) {
      this.#acknowledge(this.#ring.at(this.#ring.first), nowMs);
      this.#ring.shift();
    }
    let from = 1;
    this.#gaps.begin(gapCount);
    for (let block = 0; block < gapCount; block += 1) {
      const start = gapStart(packet, gapsOffset, block);
      const end = gapEnd(packet, gapsOffset, block);
      if (start < from || end < start || end > this.#ring.size) {
        fault = "bad-gaps";
        break;
      }
      for (let offset = start; offset <= end; offset += 1) this.#acknowledge(this.#ring.at((cumulative + offset) >>> 0), nowMs);
      from = end + 1;
      this.#gaps.blockEnds((cumulative + end) >>> 0);
    }
    this.#peerWindowBytes = windowBytes;
    this.#finishSack(nowMs, priorInflight);
    return fault;
  }

  /** A SHUTDOWN arrived, which acknowledges like a SACK without gap blocks (RFC 9260, 9.2). */
  onCumulative(nowMs: number, cumulative: number): SackFault | undefined {
    return this.onSack(nowMs, cumulative, this.#peerWindowBytes, 0, new Uint8Array(0), 0);
  }

  /** A chunk arrived twice, as a SACK reports: a retransmission was not needed, or the network copied it. */
  onDuplicates(count: number): void {
    const { delivery } = this.#rate;
    if (count > 0 && !this.#outstanding.unreported.guessed) this.#losses.onDuplicate(delivery.deliveredBytes, delivery.priorDeliveredBytes);
  }

  /** A deadline has passed. @returns "failed" if the peer no longer answers */
  onDeadline(nowMs: number): "failed" | undefined {
    if (nowMs >= this.#timers.reorderAtMs) {
      this.#sample.ackedBytes = 0;
      this.#sample.deliveryRate = Number.NaN;
      this.#sample.arrivedBytes = 0;
      this.#detectLosses(nowMs, this.#flight.bytes);
    }
    if (nowMs >= this.#timers.timeoutAtMs) return this.#onTimeout(nowMs);
    if (nowMs >= this.#timers.probeAtMs) {
      this.#timers.onProbe(nowMs);
      this.#probeDue = true;
    }
    return undefined;
  }

  #expectNext(nowMs: number): void {
    const length = this.#nextLength();
    this.#pacer.end(nowMs, this.#hasRoomFor(length) ? "time" : length > 0 && this.#flight.bytes > 0 ? "window" : undefined);
  }

  /** Packets take another path: what was under way goes again at once, and nothing is known of the path. @param controller a new one */
  onPathChange(nowMs: number, controller: CongestionController): void {
    this.#controller = controller;
    this.#losses = new LossDetector();
    this.#timeouts = 0;
    this.#rto.undoBackOff();
    if (this.#outstanding.settled) return;
    this.#timers.onTimeout(nowMs);
    this.#loseAll(nowMs);
  }

  get #recovering(): boolean {
    const { unreported } = this.#outstanding;
    return this.#lost.count > 0 || unreported.count > 0 || this.#timeouts > 0 || this.#suspectTimeout || this.#abandoned.outstanding;
  }

  /** Payload bytes of the chunk that goes next; 0 if there is none. */
  #nextLength(): number {
    if (this.#lost.count > 0) return this.#lost.first.length;
    return this.#ring.size >= MAX_OUTSTANDING_CHUNKS ? 0 : this.#chunker.nextLength;
  }

  #hasRoomFor(length: number): boolean {
    if (length === 0) return false;
    const { bytes } = this.#flight;
    if (bytes > 0 && bytes + length > this.#controller.windowBytes + this.#pacer.extraBytes) return false;
    // With nothing outstanding, one chunk may probe a closed window (RFC 9260, 6.1, rule A).
    return this.#lost.count > 0 || this.#ring.size === 0 || this.#outstanding.bytes + length <= this.#peerWindowBytes;
  }

  /** A tail loss probe without new data: the newest chunk again (RFC 8985, 7.3). */
  #probeAgain(writer: PacketWriter, nowMs: number): number {
    const chunk = this.#flight.newest;
    if (chunk === undefined || !this.#abandoned.mayRepeat(chunk, nowMs) || !writer.admit(this.#headerBytes + chunk.length)) return 0;
    this.#flight.remove(chunk);
    this.#put(writer, chunk, nowMs);
    return 1;
  }

  #put(writer: PacketWriter, chunk: OutChunk, nowMs: number): void {
    if (this.#flight.bytes === 0) {
      const idleMs = nowMs - this.#lastSentAtMs;
      if (chunk.transmissions === 0 && idleMs > this.#rto.valueMs && Number.isFinite(idleMs)) this.#controller.onRestart(nowMs, idleMs);
    }
    const { message, flags, tsn, fragment, start, end } = chunk;
    if (message === undefined) throw new Error("the chunk has no message");
    const { streamId, sequence, protocolId, bytes } = message;
    if (this.#options.interleaved) writer.iData(flags, tsn, streamId, sequence, fragment === 0 ? protocolId : fragment, bytes, start, end);
    else writer.data(flags, tsn, streamId, sequence, protocolId, bytes, start, end);
    chunk.state = "in-flight";
    chunk.lostByTimeout = false;
    chunk.transmissions += 1;
    this.#lastSentAtMs = nowMs;
    this.#rate.onSent(chunk, nowMs, this.#flight.bytes, !this.#gaps.incomplete);
    this.#flight.add(chunk);
    this.#controller.onSent(nowMs, chunk.length, this.#flight.bytes);
    this.#timers.onSent(nowMs);
  }

  #acknowledge(chunk: OutChunk, nowMs: number): void {
    if (chunk.state === "acknowledged") return;
    const counts = chunk.state !== "abandoned";
    if (chunk.state === "lost" && chunk.lostByTimeout && this.#suspectTimeout) this.#losses.sawFalseTimeout = true;
    this.#outstanding.release(chunk);
    chunk.state = "acknowledged";
    // Of a chunk that was given up, nobody knows whether it arrived or was skipped.
    if (!counts) return;
    this.#rate.onDelivered(chunk, nowMs);
    this.#losses.onAcknowledged(chunk, nowMs);
    this.#sampleAcked += chunk.length;
  }

  #finishSack(nowMs: number, priorInflight: number): void {
    const acked = this.#sampleAcked;
    this.#sampleAcked = 0;
    // The peer is alive, also if its window is closed.
    this.#timeouts = 0;
    const rttMs = this.#losses.rttMs;
    if (!Number.isNaN(rttMs)) this.#rto.sample(rttMs);
    this.#abandoned.onSack(nowMs, this.#rto.srttMs);
    if (this.#outstanding.settled) this.#suspectTimeout &&= acked > 0;
    if (acked === 0) {
      this.#timers.onSack(nowMs, false);
      return;
    }
    if (this.#suspectTimeout) this.#settleTimeout(nowMs);
    this.#sample.ackedBytes = acked;
    this.#rate.end(this.#sample, nowMs, this.#losses.minRttMs, !this.#gaps.incomplete);
    this.#detectLosses(nowMs, priorInflight);
    this.#timers.onSack(nowMs, true);
  }

  /** The first acknowledgement after a time-out: of a chunk that was not sent again, so the time-out was false? (RFC 5682) */
  #settleTimeout(nowMs: number): void {
    this.#suspectTimeout = false;
    if (!this.#losses.sawFalseTimeout) return;
    this.#outstanding.restore();
    this.#rto.undoBackOff();
    this.#controller.onSpuriousTimeout(nowMs);
  }

  /** Marks what RACK finds lost, and tells the controller of the acknowledgement and the loss. */
  #detectLosses(nowMs: number, priorInflight: number): void {
    let lost = 0;
    let chunk = this.#flight.oldest;
    for (let next = chunk?.after; chunk !== undefined; chunk = next) {
      next = chunk.after;
      if (!this.#losses.isLost(chunk, nowMs, this.#rto.srttMs)) break;
      this.#flight.remove(chunk);
      if (this.#gaps.isBeyond(chunk.tsn)) {
        this.#outstanding.unreported.add(chunk);
        continue;
      }
      lost += chunk.length;
      this.#lost.add(chunk);
    }
    const nothingElse = this.#flight.bytes === 0 && this.#lost.count === 0;
    lost += this.#outstanding.unreported.judge(this.#gaps, this.#rate.arrivals, this.#rate.newest, nothingElse);
    this.#timers.reorderAtMs = chunk === undefined ? Number.POSITIVE_INFINITY : this.#losses.lookAgainMs(chunk, nowMs, this.#rto.srttMs);
    this.lostBytes += lost;
    this.#pacer.onLost(lost);
    if (lost > 0) this.#losses.onRecovery();
    if (this.#sample.ackedBytes === 0 && lost === 0) return;
    const sample = this.#sample;
    sample.nowMs = nowMs;
    sample.lostBytes = lost;
    sample.inflightBytes = this.#flight.bytes;
    sample.priorInflightBytes = priorInflight;
    sample.rttMs = sample.ackedBytes === 0 ? Number.NaN : this.#pacer.pathRttMs(nowMs, this.#losses.rttMs, this.#losses.minRttMs);
    sample.appLimited = this.#rate.delivery.appLimited;
    sample.deliveredBytes = this.#rate.delivery.deliveredBytes;
    sample.priorDeliveredBytes = this.#rate.delivery.priorDeliveredBytes;
    this.#controller.onAck(sample);
    sample.ackedBytes = 0;
  }

  #onTimeout(nowMs: number): "failed" | undefined {
    this.#timeouts += 1;
    if (this.#timeouts > this.#options.maxRetransmissions) return "failed";
    this.#abandoned.onTimeout();
    this.#rto.backOff();
    this.#timers.onTimeout(nowMs);
    if (!this.#outstanding.settled) this.#loseAll(nowMs); // Otherwise only a FORWARD TSN was under way.
    return undefined;
  }

  #loseAll(nowMs: number): void {
    const inflight = this.#flight.bytes;
    this.#outstanding.loseAll();
    this.#suspectTimeout = true;
    this.#losses.sawFalseTimeout = false;
    this.#controller.onTimeout(nowMs, inflight);
    this.#pacer.atMs = nowMs;
  }
}
