import type { AckSample, CongestionController } from "../congestion/controller.ts";
import { isAfter, offsetOf } from "../wire/serial.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import { ChunkRing } from "./chunk-ring.ts";
import { DeliveryRate } from "../loss/delivery-rate.ts";
import { Flight } from "./flight.ts";
import { LossDetector } from "./loss-detector.ts";
import type { OutChunk, OutMessage } from "./out-chunk.ts";
import { SendQueue } from "./send-queue.ts";
import { Rto } from "../loss/rto.ts";

/** Flags of a DATA chunk (RFC 9260, 3.3.1). */
const ENDING = 0x01;
const BEGINNING = 0x02;
const UNORDERED = 0x04;

/** Header of a DATA chunk, bytes. */
const DATA_HEADER_BYTES = 16;

/** Most chunks in flight: a gap block's offset is a u16, and receivers keep fewer. */
const MAX_OUTSTANDING_CHUNKS = 16_384;

/** Receivers that report this many gap blocks may leave some out (Chromium reports 20 at most), so that later samples would lie. */
const TRUSTED_GAP_BLOCKS = 20;

/** How long a receiver may delay a SACK, ms (RFC 9260, 6.2). */
const MAX_SACK_DELAY_MS = 200;

/** A pause with nothing in flight after which the path counts as unknown again, in units of the RTO. */
const IDLE_RTOS = 1;

const NO_GAPS = new Uint8Array(0);

/** Why a SACK is refused: it acknowledges what was never sent, or its gap blocks contradict themselves. */
export type SackFault = "unsent-tsn" | "bad-gaps";

export interface SenderOptions {
  readonly initialTsn: number;
  /** The peer's first receive window, bytes. */
  readonly peerWindowBytes: number;
  /** Most payload bytes in a chunk. */
  readonly maxPayloadBytes: number;
  readonly controller: CongestionController;
  /** How many time-outs in a row end the association. */
  readonly maxRetransmissions: number;
  readonly minRtoMs: number;
  readonly maxRtoMs: number;
}

/** Sends DATA until it is acknowledged: window, pacing, loss detection and retransmission. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #controller: CongestionController;
  readonly #queue = new SendQueue();
  readonly #ring: ChunkRing;
  readonly #flight = new Flight();
  readonly #rate = new DeliveryRate();
  readonly #losses: LossDetector;
  readonly #rto: Rto;
  readonly #nextSequence = new Map<number, number>();
  /** Chunks that are lost and not sent again, and the lowest TSN that may be one. */
  #lostChunks = 0;
  #lostBytes = 0;
  #lostFrom: number;
  #peerWindowBytes: number;
  /** When the next packet may leave, for pacing, ms. */
  #paceAtMs = 0;
  #timeoutAtMs = Number.POSITIVE_INFINITY;
  #probeAtMs = Number.POSITIVE_INFINITY;
  /** When RACK must look again, ms. */
  #reorderAtMs = Number.POSITIVE_INFINITY;
  /** One chunk may be sent whatever the window says: a tail loss probe, or a probe of a closed window. */
  #probeDue = false;
  /** Time-outs in a row without an acknowledgement. */
  #timeouts = 0;
  /** After a time-out, until the first acknowledgement tells whether it was false (F-RTO). */
  #suspectTimeout = false;
  #lastGapCount = 0;
  /** The SACK may leave out what arrived after this TSN; undefined: it leaves nothing out. */
  #horizonTsn: number | undefined;
  /** Lost bytes that may be sent again although the window is full, as others have arrived (RFC 6937 does the same for TCP). */
  #retransmitCredit = 0;
  #lastSentAtMs = Number.NEGATIVE_INFINITY;
  readonly #sample: AckSample = {
    nowMs: 0,
    ackedBytes: 0,
    lostBytes: 0,
    inflightBytes: 0,
    priorInflightBytes: 0,
    rttMs: Number.NaN,
    deliveryRate: Number.NaN,
    appLimited: false,
    deliveredBytes: 0,
    priorDeliveredBytes: 0,
  };

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#controller = options.controller;
    this.#ring = new ChunkRing(options.initialTsn);
    this.#lostFrom = options.initialTsn;
    this.#peerWindowBytes = options.peerWindowBytes;
    this.#rto = new Rto({ minMs: options.minRtoMs, maxMs: options.maxRtoMs });
    this.#losses = new LossDetector();
  }

  /** Bytes that are not acknowledged cumulatively, or not sent. */
  get bufferedBytes(): number {
    return this.#queue.bytes + this.#unacknowledgedBytes;
  }

  /** Bytes in messages that were never sent. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get inflightBytes(): number {
    return this.#flight.bytes;
  }

  /** Whether everything was sent and acknowledged. */
  get idle(): boolean {
    return this.#ring.size === 0 && this.#queue.first === undefined;
  }

  /** The last TSN that was given to a chunk. */
  get lastTsn(): number {
    return (this.#ring.next - 1) >>> 0;
  }

  /** Whether chunks of this stream wait, or are not acknowledged. */
  usesStream(streamId: number): boolean {
    if (this.#queue.first?.streamId === streamId) return true;
    for (let tsn = this.#ring.first; tsn !== this.#ring.next; tsn = (tsn + 1) >>> 0)
      if (this.#ring.at(tsn).streamId === streamId) return true;
    return false;
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
    this.#queue.add(message);
  }

  /** Messages of the stream that have not begun are dropped. @returns how many bytes */
  dropQueued(streamId: number): number {
    return this.#queue.drop(streamId);
  }

  /** The streams begin anew: their next message has the number 0 (RFC 6525, 5.2.2). All of them if none is named. */
  resetSequences(streamIds: readonly number[]): void {
    if (streamIds.length === 0) this.#nextSequence.clear();
    for (const streamId of streamIds) this.#nextSequence.delete(streamId);
  }

  /** When {@link onDeadline} or {@link fill} has something to do, ms; Infinity: nothing without an event. */
  deadlineMs(nowMs: number): number {
    const timers = Math.min(this.#timeoutAtMs, this.#probeAtMs, this.#reorderAtMs);
    return this.#hasRoomFor(this.#nextLength()) ? Math.min(timers, Math.max(nowMs, this.#paceAtMs)) : timers;
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
      if (writer.room < DATA_HEADER_BYTES + length) break;
      if (!this.#probeDue && !this.#hasRoomFor(length)) break;
      this.#probeDue = false;
      this.#put(writer, this.#lostChunks > 0 ? this.#takeLost() : this.#takeNew(length), nowMs);
      chunks += 1;
      bytes += length;
    }
    if (bytes > 0) this.#pace(nowMs, bytes);
    if (this.#queue.first === undefined && this.#lostChunks === 0 && this.#flight.bytes < this.#controller.windowBytes) {
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
    this.#losses.begin();
    let fault: SackFault | undefined;
    for (let count = acknowledged; count > 0; count -= 1) {
      this.#acknowledge(this.#ring.at(this.#ring.first), nowMs);
      this.#ring.shift();
    }
    if (isAfter(this.#ring.first, this.#lostFrom)) this.#lostFrom = this.#ring.first;
    let from = 1;
    this.#horizonTsn = undefined;
    for (let block = 0; block < gapCount; block += 1) {
      const at = gapsOffset + 4 * block;
      const start = ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0);
      const end = ((packet[at + 2] ?? 0) << 8) | (packet[at + 3] ?? 0);
      if (start < from || end < start || end > this.#ring.size) {
        fault = "bad-gaps";
        break;
      }
      for (let offset = start; offset <= end; offset += 1) this.#acknowledge(this.#ring.at((cumulative + offset) >>> 0), nowMs);
      from = end + 1;
      if (gapCount >= TRUSTED_GAP_BLOCKS) this.#horizonTsn = (cumulative + end) >>> 0;
    }
    this.#peerWindowBytes = windowBytes;
    this.#finishSack(nowMs, priorInflight, gapCount);
    return fault;
  }

  /** A SHUTDOWN arrived, which acknowledges like a SACK without gap blocks (RFC 9260, 9.2). */
  onCumulative(nowMs: number, cumulative: number): SackFault | undefined {
    return this.onSack(nowMs, cumulative, this.#peerWindowBytes, 0, NO_GAPS, 0);
  }

  /** A chunk arrived twice, as a SACK reports: a retransmission was not needed, or the network copied it. */
  onDuplicates(count: number): void {
    if (count > 0) this.#losses.onDuplicate();
  }

  /** A deadline has passed. @returns "failed" if the peer no longer answers */
  onDeadline(nowMs: number): "failed" | undefined {
    if (nowMs >= this.#reorderAtMs) {
      this.#sample.ackedBytes = 0;
      this.#detectLosses(nowMs, this.#flight.bytes, Number.NaN);
    }
    if (nowMs >= this.#timeoutAtMs) return this.#onTimeout(nowMs);
    if (nowMs >= this.#probeAtMs) {
      this.#probeAtMs = Number.POSITIVE_INFINITY;
      this.#probeDue = true;
      this.#timeoutAtMs = nowMs + this.#rto.valueMs;
    }
    return undefined;
  }

  get #unacknowledgedBytes(): number {
    return this.#flight.bytes + this.#lostBytes;
  }

  /** Payload bytes of the chunk that goes next; 0 if there is none. */
  #nextLength(): number {
    if (this.#lostChunks > 0) return this.#ring.at(this.#nextLost()).length;
    const message = this.#queue.first;
    if (message === undefined || this.#ring.size >= MAX_OUTSTANDING_CHUNKS) return 0;
    return Math.min(this.#options.maxPayloadBytes, message.bytes.byteLength - message.at);
  }

  #hasRoomFor(length: number): boolean {
    if (length === 0) return false;
    const { bytes } = this.#flight;
    if (this.#lostChunks > 0) return bytes === 0 || bytes + length <= this.#controller.windowBytes || this.#retransmitCredit >= length;
    if (bytes > 0 && bytes + length > this.#controller.windowBytes) return false;
    // With nothing outstanding, one chunk may probe a closed window (RFC 9260, 6.1, rule A).
    return this.#ring.size === 0 || this.#unacknowledgedBytes + length <= this.#peerWindowBytes;
  }

  #nextLost(): number {
    let tsn = this.#lostFrom;
    while (this.#ring.at(tsn).state !== "lost") tsn = (tsn + 1) >>> 0;
    this.#lostFrom = tsn;
    return tsn;
  }

  #takeLost(): OutChunk {
    const chunk = this.#ring.at(this.#nextLost());
    this.#unmarkLost(chunk);
    this.#retransmitCredit = Math.max(0, this.#retransmitCredit - chunk.length);
    return chunk;
  }

  #takeNew(length: number): OutChunk {
    const message = this.#queue.first;
    if (message === undefined) throw new Error("nothing waits to be sent");
    const first = message.at === 0;
    if (first && !message.unordered) {
      message.streamSequence = this.#nextSequence.get(message.streamId) ?? 0;
      this.#nextSequence.set(message.streamId, (message.streamSequence + 1) & 0xffff);
    }
    const chunk = this.#ring.push();
    chunk.streamId = message.streamId;
    chunk.streamSequence = message.streamSequence;
    chunk.protocolId = message.protocolId;
    chunk.source = message.bytes;
    chunk.start = message.at;
    chunk.end = message.at + length;
    chunk.flags = (first ? BEGINNING : 0) | (chunk.end === message.bytes.byteLength ? ENDING : 0) | (message.unordered ? UNORDERED : 0);
    chunk.transmissions = 0;
    chunk.lostByTimeout = false;
    this.#queue.take(length);
    return chunk;
  }

  /** A tail loss probe without new data: the newest chunk again (RFC 8985, 7.3). */
  #probeAgain(writer: PacketWriter, nowMs: number): number {
    const chunk = this.#flight.newest;
    if (chunk === undefined || writer.room < DATA_HEADER_BYTES + chunk.length) return 0;
    this.#flight.remove(chunk);
    this.#put(writer, chunk, nowMs);
    return 1;
  }

  #put(writer: PacketWriter, chunk: OutChunk, nowMs: number): void {
    if (this.#flight.bytes === 0) {
      const idleMs = nowMs - this.#lastSentAtMs;
      if (chunk.transmissions === 0 && idleMs > this.#rto.valueMs * IDLE_RTOS && Number.isFinite(idleMs))
        this.#controller.onRestart(nowMs, idleMs);
    }
    writer.data(chunk.flags, chunk.tsn, chunk.streamId, chunk.streamSequence, chunk.protocolId, chunk.source, chunk.start, chunk.end);
    chunk.state = "in-flight";
    chunk.lostByTimeout = false;
    chunk.transmissions += 1;
    this.#lastSentAtMs = nowMs;
    this.#rate.onSent(chunk, nowMs, this.#flight.bytes);
    this.#flight.add(chunk);
    this.#controller.onSent(nowMs, chunk.length, this.#flight.bytes);
    if (this.#timeoutAtMs === Number.POSITIVE_INFINITY) this.#timeoutAtMs = nowMs + this.#rto.valueMs;
    this.#armProbe(nowMs);
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
      this.#unmarkLost(chunk);
    } else {
      this.#flight.remove(chunk);
    }
    chunk.state = "acknowledged";
    this.#rate.onDelivered(chunk, nowMs, chunk.length);
    this.#losses.onAcknowledged(chunk, nowMs);
    this.#sampleAcked += chunk.length;
  }

  #sampleAcked = 0;

  #finishSack(nowMs: number, priorInflight: number, gapCount: number): void {
    const acked = this.#sampleAcked;
    this.#sampleAcked = 0;
    const truncated = gapCount >= TRUSTED_GAP_BLOCKS || this.#lastGapCount >= TRUSTED_GAP_BLOCKS;
    this.#lastGapCount = gapCount;
    // The peer is alive, also if its window is closed.
    this.#timeouts = 0;
    // At least one packet per SACK: what the peer can't report still counts as in flight, and would keep the window closed.
    this.#retransmitCredit = acked + this.#options.maxPayloadBytes;
    const rttMs = this.#losses.rttMs;
    if (!Number.isNaN(rttMs)) this.#rto.sample(rttMs);
    if (acked === 0) {
      this.#armTimers(nowMs, false);
      return;
    }
    if (this.#suspectTimeout) this.#settleTimeout(nowMs);
    this.#sample.ackedBytes = acked;
    this.#detectLosses(nowMs, priorInflight, truncated ? Number.NaN : this.#rate.end(this.#losses.minRttMs));
    this.#armTimers(nowMs, true);
  }

  /** The first acknowledgement after a time-out: of a chunk that was not sent again, so the time-out was false? (RFC 5682) */
  #settleTimeout(nowMs: number): void {
    this.#suspectTimeout = false;
    if (!this.#losses.sawFalseTimeout) return;
    for (let tsn = this.#ring.first; tsn !== this.#ring.next; tsn = (tsn + 1) >>> 0) {
      const chunk = this.#ring.at(tsn);
      if (chunk.state !== "lost" || !chunk.lostByTimeout) continue;
      this.#unmarkLost(chunk);
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
      if (this.#isBeyondHorizon(chunk)) continue;
      if (!this.#losses.isLost(chunk, nowMs, this.#rto.srttMs)) break;
      lost += chunk.length;
      this.#markLost(chunk);
    }
    this.#reorderAtMs = chunk === undefined ? Number.POSITIVE_INFINITY : this.#losses.lookAgainMs(chunk, nowMs, this.#rto.srttMs);
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

  /** Whether the last SACK would not report this chunk, had it arrived: that tells nothing then. */
  #isBeyondHorizon({ tsn }: OutChunk): boolean {
    return this.#horizonTsn !== undefined && isAfter(tsn, this.#horizonTsn);
  }

  #markLost(chunk: OutChunk): void {
    this.#flight.remove(chunk);
    chunk.state = "lost";
    this.#lostChunks += 1;
    this.#lostBytes += chunk.length;
    if (this.#lostChunks === 1 || isAfter(this.#lostFrom, chunk.tsn)) this.#lostFrom = chunk.tsn;
  }

  /** The chunk is sent again, or was acknowledged after all. */
  #unmarkLost(chunk: OutChunk): void {
    this.#lostChunks -= 1;
    this.#lostBytes -= chunk.length;
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
    this.#timeoutAtMs = nowMs + this.#rto.valueMs;
    this.#probeAtMs = this.#reorderAtMs = Number.POSITIVE_INFINITY;
    this.#paceAtMs = nowMs;
    return undefined;
  }

  /** @param progress whether new chunks were acknowledged: the timer then starts anew (RFC 6298, 5.3) */
  #armTimers(nowMs: number, progress: boolean): void {
    if (this.#flight.bytes === 0 && this.#lostChunks === 0) {
      this.#timeoutAtMs = this.#probeAtMs = Number.POSITIVE_INFINITY;
      return;
    }
    if (progress) this.#timeoutAtMs = nowMs + this.#rto.valueMs;
    this.#armProbe(nowMs);
  }

  /** When a tail loss probe is due (RFC 8985, 7.2). None while losses are known, or while a time-out is being recovered from. */
  #armProbe(nowMs: number): void {
    const { srttMs: smoothedMs } = this.#rto;
    if (this.#lostChunks > 0 || this.#timeouts > 0 || this.#suspectTimeout || Number.isNaN(smoothedMs) || this.#flight.bytes === 0) {
      this.#probeAtMs = Number.POSITIVE_INFINITY;
      return;
    }
    const single = this.#flight.oldest === this.#flight.newest;
    const probeAtMs = nowMs + 2 * smoothedMs + (single ? MAX_SACK_DELAY_MS : 0);
    this.#probeAtMs = probeAtMs < this.#timeoutAtMs ? probeAtMs : Number.POSITIVE_INFINITY;
  }
}
