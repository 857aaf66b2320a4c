import { type CongestionController, createSample } from "../congestion/controller.ts";
import { gapEnd, gapStart } from "../wire/sack-chunk.ts";
import { isAfter, offsetOf } from "../wire/serial.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import { ChunkRing } from "./chunk-ring.ts";
import { Chunker } from "./chunker.ts";
import { ArrivalRate } from "../loss/arrival-rate.ts";
import { DeliveryRate } from "../loss/delivery-rate.ts";
import { Flight } from "./flight.ts";
import { GapReports } from "./gap-reports.ts";
import { LostChunks } from "./lost-chunks.ts";
import { LossDetector } from "./loss-detector.ts";
import type { OutChunk, OutMessage } from "./out-chunk.ts";
import { Rto } from "../loss/rto.ts";
import { SendTimers } from "./send-timers.ts";
import type { SenderOptions } from "./sender-options.ts";

/** Header of a DATA chunk, bytes. */
const DATA_HEADER_BYTES = 16;

/** Most chunks in flight: a gap block's offset is a u16, and receivers keep fewer. */
const MAX_OUTSTANDING_CHUNKS = 16_384;

const NO_GAPS = new Uint8Array(0);

/** Why a SACK is refused: it acknowledges what was never sent, or its gap blocks contradict themselves. */
export type SackFault = "unsent-tsn" | "bad-gaps";

/** Sends DATA until it is acknowledged: window, pacing, loss detection and retransmission. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #controller: CongestionController;
  readonly #chunker: Chunker;
  readonly #ring: ChunkRing;
  readonly #flight = new Flight();
  readonly #rate = new DeliveryRate();
  readonly #arrivals = new ArrivalRate();
  /** The newest chunk that this SACK acknowledges and that was sent once. */
  #newest: OutChunk | undefined;
  readonly #losses: LossDetector;
  readonly #rto: Rto;
  readonly #timers: SendTimers;
  readonly #lost: LostChunks;
  #peerWindowBytes: number;
  /** When the next packet may leave, for pacing, ms. */
  #paceAtMs = 0;
  /** One chunk may be sent whatever the window says: a tail loss probe, or a probe of a closed window. */
  #probeDue = false;
  /** Time-outs in a row without an acknowledgement. */
  #timeouts = 0;
  /** After a time-out, until the first acknowledgement tells whether it was false (F-RTO). */
  #suspectTimeout = false;
  readonly #gaps = new GapReports();
  /** Lost bytes that may be sent again although the window is full, as others have arrived (RFC 6937 does the same for TCP). */
  #retransmitCredit = 0;
  #lastSentAtMs = Number.NEGATIVE_INFINITY;
  readonly #sample = createSample();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#controller = options.controller;
    this.#ring = new ChunkRing(options.initialTsn);
    this.#chunker = new Chunker(this.#ring, options.chunkSize);
    this.#lost = new LostChunks(this.#ring, options.onLost);
    this.#peerWindowBytes = options.peerWindowBytes;
    this.#rto = new Rto({ minMs: options.minRtoMs, maxMs: options.maxRtoMs });
    this.#timers = new SendTimers(this.#rto, this.#flight, () => this.#lost.count > 0 || this.#timeouts > 0 || this.#suspectTimeout);
    this.#losses = new LossDetector();
  }

  /** Bytes that are not acknowledged cumulatively, or not sent. */
  get bufferedBytes(): number {
    return this.#chunker.queuedBytes + this.#unacknowledgedBytes;
  }

  /** Bytes in messages that were never sent. */
  get queuedBytes(): number {
    return this.#chunker.queuedBytes;
  }

  get inflightBytes(): number {
    return this.#flight.bytes;
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
    return this.#chunker.nextStream === streamId || this.#ring.holdsStream(streamId);
  }

  get smoothedRttMs(): number {
    return this.#rto.srttMs;
  }

  get deliveredBytes(): number {
    return this.#rate.deliveredBytes;
  }

  /** Payload bytes of chunks that were declared lost so far. */
  lostBytes = 0;

  enqueue(message: OutMessage): void {
    this.#chunker.add(message);
  }

  /** Messages of the stream that have not begun are dropped. */
  dropQueued(streamId: number): void {
    this.#chunker.drop(streamId);
  }

  /** See {@link Chunker.resetSequences}. */
  resetSequences(streamIds: readonly number[]): void {
    this.#chunker.resetSequences(streamIds);
  }

  /** When {@link onDeadline} or {@link fill} has something to do, ms; Infinity: nothing without an event. */
  deadlineMs(nowMs: number): number {
    const { nextMs } = this.#timers;
    return this.#hasRoomFor(this.#nextLength()) ? Math.min(nextMs, Math.max(nowMs, this.#paceAtMs)) : nextMs;
  }

  /** Writes DATA chunks into the packet as far as windows, pacing and its room allow. @returns how many */
  fill(writer: PacketWriter, nowMs: number): number {
    let chunks = 0;
    let bytes = 0;
    if (!this.#probeDue && this.#paceAtMs > nowMs) return 0;
    for (;;) {
      const length = this.#nextLength();
      if (length === 0) {
        if (this.#probeDue && chunks === 0 && this.#flight.newest !== undefined) chunks += this.#probeAgain(writer, nowMs);
        this.#probeDue = false;
        break;
      }
      if (!writer.admit(DATA_HEADER_BYTES + length)) break;
      if (!this.#probeDue && !this.#hasRoomFor(length)) break;
      this.#probeDue = false;
      this.#put(writer, this.#lost.count > 0 ? this.#takeLost() : this.#chunker.take(), nowMs);
      chunks += 1;
      bytes += length;
    }
    if (bytes > 0) this.#pace(nowMs, bytes);
    if (this.#chunker.empty && this.#lost.count === 0 && this.#flight.bytes < this.#controller.windowBytes) {
      this.#rate.onAppLimited(this.#flight.bytes);
    }
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
    this.#rate.begin();
    this.#arrivals.onSack();
    this.#newest = undefined;
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
    return this.onSack(nowMs, cumulative, this.#peerWindowBytes, 0, NO_GAPS, 0);
  }

  /** A chunk arrived twice, as a SACK reports: a retransmission was not needed, or the network copied it. */
  onDuplicates(count: number): void {
    if (count > 0) this.#losses.onDuplicate(this.#rate.deliveredBytes, this.#rate.priorDeliveredBytes);
  }

  /** A deadline has passed. @returns "failed" if the peer no longer answers */
  onDeadline(nowMs: number): "failed" | undefined {
    if (nowMs >= this.#timers.reorderAtMs) {
      this.#sample.ackedBytes = 0;
      this.#detectLosses(nowMs, this.#flight.bytes, Number.NaN);
    }
    if (nowMs >= this.#timers.timeoutAtMs) return this.#onTimeout(nowMs);
    if (nowMs >= this.#timers.probeAtMs) {
      this.#timers.onProbe(nowMs);
      this.#probeDue = true;
    }
    return undefined;
  }

  get #unacknowledgedBytes(): number {
    return this.#flight.bytes + this.#lost.bytes;
  }

  /** Payload bytes of the chunk that goes next; 0 if there is none. */
  #nextLength(): number {
    if (this.#lost.count > 0) return this.#lost.first.length;
    return this.#ring.size >= MAX_OUTSTANDING_CHUNKS ? 0 : this.#chunker.nextLength;
  }

  #hasRoomFor(length: number): boolean {
    if (length === 0) return false;
    const { bytes } = this.#flight;
    if (this.#lost.count > 0) return bytes === 0 || bytes + length <= this.#controller.windowBytes || this.#retransmitCredit >= length;
    if (bytes > 0 && bytes + length > this.#controller.windowBytes) return false;
    // With nothing outstanding, one chunk may probe a closed window (RFC 9260, 6.1, rule A).
    return this.#ring.size === 0 || this.#unacknowledgedBytes + length <= this.#peerWindowBytes;
  }

  #takeLost(): OutChunk {
    const chunk = this.#lost.first;
    this.#lost.remove(chunk);
    this.#retransmitCredit = Math.max(0, this.#retransmitCredit - chunk.length);
    return chunk;
  }

  /** A tail loss probe without new data: the newest chunk again (RFC 8985, 7.3). */
  #probeAgain(writer: PacketWriter, nowMs: number): number {
    const chunk = this.#flight.newest;
    if (chunk === undefined || !writer.admit(DATA_HEADER_BYTES + chunk.length)) return 0;
    this.#flight.remove(chunk);
    this.#put(writer, chunk, nowMs);
    return 1;
  }

  #put(writer: PacketWriter, chunk: OutChunk, nowMs: number): void {
    if (this.#flight.bytes === 0) {
      const idleMs = nowMs - this.#lastSentAtMs;
      if (chunk.transmissions === 0 && idleMs > this.#rto.valueMs && Number.isFinite(idleMs)) this.#controller.onRestart(nowMs, idleMs);
    }
    writer.data(chunk.flags, chunk.tsn, chunk.streamId, chunk.streamSequence, chunk.protocolId, chunk.source, chunk.start, chunk.end);
    chunk.state = "in-flight";
    chunk.lostByTimeout = false;
    chunk.transmissions += 1;
    this.#lastSentAtMs = nowMs;
    this.#rate.onSent(chunk, nowMs, this.#flight.bytes);
    this.#arrivals.onSent(chunk);
    this.#flight.add(chunk);
    this.#controller.onSent(nowMs, chunk.length, this.#flight.bytes);
    this.#timers.onSent(nowMs);
  }

  #pace(nowMs: number, bytes: number): void {
    const { pacingRate, burstBytes } = this.#controller;
    if (pacingRate === Number.POSITIVE_INFINITY) return;
    this.#paceAtMs = Math.max(this.#paceAtMs, nowMs - burstBytes / pacingRate) + bytes / pacingRate;
  }

  #acknowledge(chunk: OutChunk, nowMs: number): void {
    if (chunk.state === "acknowledged") return;
    if (chunk.state === "lost") {
      if (chunk.lostByTimeout && this.#suspectTimeout) this.#losses.sawFalseTimeout = true;
      this.#lost.remove(chunk);
    } else {
      this.#flight.remove(chunk);
    }
    chunk.state = "acknowledged";
    this.#rate.onDelivered(chunk, nowMs, chunk.length);
    this.#losses.onAcknowledged(chunk, nowMs);
    if (chunk.transmissions === 1) this.#newest = chunk;
    this.#sampleAcked += chunk.length;
  }

  #sampleAcked = 0;

  #finishSack(nowMs: number, priorInflight: number): void {
    const acked = this.#sampleAcked;
    this.#sampleAcked = 0;
    // The peer is alive, also if its window is closed.
    this.#timeouts = 0;
    // At least one packet per SACK: what the peer can't report still counts as in flight, and would keep the window closed.
    this.#retransmitCredit = acked + this.#options.chunkSize.maxPayloadBytes;
    const rttMs = this.#losses.rttMs;
    if (!Number.isNaN(rttMs)) this.#rto.sample(rttMs);
    if (acked === 0) {
      this.#timers.onSack(nowMs, false);
      return;
    }
    if (this.#suspectTimeout) this.#settleTimeout(nowMs);
    this.#sample.ackedBytes = acked;
    this.#detectLosses(nowMs, priorInflight, this.#deliveryRate(nowMs));
    this.#timers.onSack(nowMs, true);
  }

  #deliveryRate(nowMs: number): number {
    const { minRttMs } = this.#losses;
    if (!this.#gaps.incomplete) return this.#rate.end(minRttMs);
    return this.#newest === undefined
      ? Number.NaN
      : this.#arrivals.sample(this.#newest, nowMs, this.#options.chunkSize.maxPayloadBytes, minRttMs);
  }

  /** The first acknowledgement after a time-out: of a chunk that was not sent again, so the time-out was false? (RFC 5682) */
  #settleTimeout(nowMs: number): void {
    this.#suspectTimeout = false;
    if (!this.#losses.sawFalseTimeout) return;
    for (let tsn = this.#ring.first; tsn !== this.#ring.next; tsn = (tsn + 1) >>> 0) {
      const chunk = this.#ring.at(tsn);
      if (chunk.state !== "lost" || !chunk.lostByTimeout) continue;
      this.#lost.remove(chunk);
      chunk.state = "in-flight";
      chunk.lostByTimeout = false;
      this.#flight.add(chunk);
    }
    this.#rto.undoBackOff();
    this.#controller.onSpuriousTimeout(nowMs);
  }

  /** Marks what RACK finds lost, and tells the controller of the acknowledgement and the loss. */
  #detectLosses(nowMs: number, priorInflight: number, deliveryRate: number): void {
    let lost = 0;
    let chunk = this.#flight.oldest;
    for (let next = chunk?.after; chunk !== undefined; chunk = next) {
      next = chunk.after;
      if (this.#gaps.isBeyond(chunk.tsn)) continue;
      if (!this.#losses.isLost(chunk, nowMs, this.#rto.srttMs)) break;
      lost += chunk.length;
      this.#markLost(chunk);
    }
    this.#timers.reorderAtMs = chunk === undefined ? Number.POSITIVE_INFINITY : this.#losses.lookAgainMs(chunk, nowMs, this.#rto.srttMs);
    this.lostBytes += lost;
    if (lost > 0) this.#losses.onRecovery();
    if (this.#sample.ackedBytes === 0 && lost === 0) return;
    const sample = this.#sample;
    sample.nowMs = nowMs;
    sample.lostBytes = lost;
    sample.inflightBytes = this.#flight.bytes;
    sample.priorInflightBytes = priorInflight;
    sample.rttMs = sample.ackedBytes === 0 ? Number.NaN : this.#losses.rttMs;
    sample.deliveryRate = deliveryRate;
    sample.appLimited = this.#rate.appLimited;
    sample.deliveredBytes = this.#rate.deliveredBytes;
    sample.priorDeliveredBytes = this.#rate.priorDeliveredBytes;
    this.#controller.onAck(sample);
    sample.ackedBytes = 0;
  }

  #markLost(chunk: OutChunk): void {
    this.#flight.remove(chunk);
    this.#lost.add(chunk);
  }

  #onTimeout(nowMs: number): "failed" | undefined {
    this.#timeouts += 1;
    if (this.#timeouts > this.#options.maxRetransmissions) return "failed";
    const inflight = this.#flight.bytes;
    for (let chunk = this.#flight.oldest; chunk !== undefined; chunk = this.#flight.oldest) {
      this.#markLost(chunk);
      chunk.lostByTimeout = true;
    }
    this.#suspectTimeout = true;
    this.#losses.sawFalseTimeout = false;
    this.#rto.backOff();
    this.#controller.onTimeout(nowMs, inflight);
    this.#timers.onTimeout(nowMs);
    this.#paceAtMs = nowMs;
    return undefined;
  }
}
