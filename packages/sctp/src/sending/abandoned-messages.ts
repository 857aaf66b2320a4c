import type { SkippedStream } from "../wire/forward-tsn-chunk.ts";
import { DataFlag } from "../wire/chunk-type.ts";
import { isAfter } from "../wire/serial.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import type { Chunker } from "./chunker.ts";
import type { OutChunk, OutMessage } from "./out-chunk.ts";
import type { Outstanding } from "./outstanding.ts";

/** A FORWARD TSN chunk without streams, and an entry of a stream, bytes. */
const FORWARD_TSN_BYTES = 8;
const STREAM_BYTES = 4;

/** Gives up messages that reach the limits of their retransmissions or their lifetime, and tells the peer to skip them (RFC 3758, 3.5). */
export class AbandonedMessages {
  readonly #outstanding: Outstanding;
  readonly #chunker: Chunker;
  /** All chunks up to this TSN are acknowledged or given up ("Advanced.Peer.Ack.Point"). */
  #point: number;
  #due = false;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(outstanding: Outstanding, chunker: Chunker) {
    this.#outstanding = outstanding;
    this.#chunker = chunker;
    this.#point = (outstanding.ring.first - 1) >>> 0;
  }

  /** Whether the peer has to skip chunks, and has not confirmed that. */
  get outstanding(): boolean {
    return !isAfter(this.#outstanding.ring.first, this.#point);
  }

  /** Whether a FORWARD TSN should be in the next packet. */
  get due(): boolean {
    return this.#due && this.outstanding;
  }

  /** Gives up what would go next, as long as its limits are reached. */
  giveUp(nowMs: number): void {
    if (!this.#chunker.hasLimits) return;
    this.#chunker.stamp(nowMs);
    const { lost } = this.#outstanding;
    while (lost.count > 0 && lost.first.message !== undefined && isOver(lost.first, nowMs)) this.#abandon(lost.first.message);
    for (let message = this.#chunker.expired(nowMs); message !== undefined; message = this.#chunker.expired(nowMs)) this.#abandon(message);
    this.#advance();
  }

  /** Whether a chunk may be sent once more. */
  mayRepeat(chunk: OutChunk, nowMs: number): boolean {
    return !isOver(chunk, nowMs);
  }

  /** A SACK arrived. If it does not confirm the last FORWARD TSN, that is sent again, once a round trip. */
  onSack(nowMs: number, roundTripMs: number): void {
    if (this.outstanding && !(nowMs - this.#sentAtMs < roundTripMs)) this.#due = true;
  }

  /** A time-out. */
  onTimeout(): void {
    this.#due = true;
  }

  /** Writes the FORWARD TSN that is due, if the packet has room. @returns whether it did */
  write(writer: PacketWriter, nowMs: number): boolean {
    if (!this.due || writer.room < FORWARD_TSN_BYTES) return false;
    const { ring } = this.#outstanding;
    const most = (writer.room - FORWARD_TSN_BYTES) / STREAM_BYTES;
    const streams = new Map<number, SkippedStream>();
    let tsn = ring.first;
    for (; !isAfter(tsn, this.#point); tsn = (tsn + 1) >>> 0) {
      const chunk = ring.at(tsn);
      const { message } = chunk;
      if (message === undefined || (chunk.flags & DataFlag.UNORDERED) !== 0) continue;
      const { streamId, streamSequence } = message;
      if (!streams.has(streamId) && streams.size + 1 > most) break;
      streams.set(streamId, { streamId, streamSequence });
    }
    if (tsn === ring.first) return false;
    writer.forwardTsn((tsn - 1) >>> 0, [...streams.values()]);
    this.#due = false;
    this.#sentAtMs = nowMs;
    return true;
  }

  #abandon(message: OutMessage): void {
    const { ring } = this.#outstanding;
    this.#chunker.dropRest(message);
    message.abandoned = true;
    for (let tsn = isAfter(ring.first, message.firstTsn) ? ring.first : message.firstTsn; tsn !== ring.next; tsn = (tsn + 1) >>> 0) {
      const chunk = ring.at(tsn);
      if (chunk.message !== message) break;
      this.#outstanding.release(chunk);
      if (chunk.state !== "acknowledged") chunk.state = "abandoned";
    }
  }

  #advance(): void {
    const { ring } = this.#outstanding;
    if (isAfter(ring.first, (this.#point + 1) >>> 0)) this.#point = (ring.first - 1) >>> 0;
    for (let next = (this.#point + 1) >>> 0; next !== ring.next && ring.at(next).message?.abandoned === true; next = (next + 1) >>> 0) {
      this.#point = next;
      this.#due = true;
    }
  }
}

/** Whether a message's limits forbid to send a chunk of it again. */
function isOver({ message, transmissions }: OutChunk, nowMs: number): boolean {
  return message !== undefined && (transmissions > message.maxRetransmits || message.expiresAtMs <= nowMs);
}
