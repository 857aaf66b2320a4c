import { FORWARD_TSN_FIELDS_BYTES, FORWARD_TSN_STREAM_BYTES } from "../wire/forward-tsn-chunk.ts";
import { I_FORWARD_TSN_STREAM_BYTES } from "../wire/i-forward-tsn-chunk.ts";
import { CHUNK_HEADER_BYTES } from "../wire/packet-header.ts";
import { isAfter } from "../wire/serial.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import type { Chunker } from "./chunker.ts";
import type { OutChunk, OutMessage } from "./out-chunk.ts";
import type { Outstanding } from "./outstanding.ts";

/** Gives up messages that reach the limits of their retransmissions or their lifetime, and tells the peer to skip them (RFC 3758, 3.5). */
export class AbandonedMessages {
  readonly #outstanding: Outstanding;
  readonly #chunker: Chunker;
  readonly #interleaved: boolean;
  /** All chunks up to this TSN are acknowledged or given up ("Advanced.Peer.Ack.Point"). */
  #point: number;
  #due = false;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  /** @param interleaved whether messages are in I_DATA chunks */
  constructor(outstanding: Outstanding, chunker: Chunker, interleaved: boolean) {
    this.#outstanding = outstanding;
    this.#chunker = chunker;
    this.#interleaved = interleaved;
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
    if (!this.due || writer.room < FORWARD_TSN_FIELDS_BYTES + CHUNK_HEADER_BYTES) return false;
    const entryBytes = this.#interleaved ? I_FORWARD_TSN_STREAM_BYTES : FORWARD_TSN_STREAM_BYTES;
    const skipped = new Map<number, OutMessage>();
    const lastTsn = this.#collect(skipped, (writer.room - FORWARD_TSN_FIELDS_BYTES - CHUNK_HEADER_BYTES) / entryBytes);
    if (isAfter(this.#outstanding.ring.first, lastTsn)) return false;
    const messages = [...skipped.values()];
    if (this.#interleaved) {
      writer.iForwardTsn(
        lastTsn,
        messages.map(({ streamId, unordered, sequence }) => ({ streamId, unordered, messageId: sequence })),
      );
    } else {
      writer.forwardTsn(
        lastTsn,
        messages.map(({ streamId, sequence }) => ({ streamId, streamSequence: sequence })),
      );
    }
    this.#due = false;
    this.#sentAtMs = nowMs;
    return true;
  }

  /** Finds the last message to skip of each stream, of its ordered and its unordered ones apart. @returns the TSN up to which they had room */
  #collect(skipped: Map<number, OutMessage>, most: number): number {
    const { ring } = this.#outstanding;
    let tsn = ring.first;
    for (; !isAfter(tsn, this.#point); tsn = (tsn + 1) >>> 0) {
      const { message } = ring.at(tsn);
      // Unordered messages of DATA chunks have no number.
      if (message === undefined || (message.unordered && !this.#interleaved)) continue;
      const key = 2 * message.streamId + (message.unordered ? 1 : 0);
      if (!skipped.has(key) && skipped.size + 1 > most) break;
      skipped.set(key, message);
    }
    return (tsn - 1) >>> 0;
  }

  #abandon(message: OutMessage): void {
    const { ring } = this.#outstanding;
    const { limited } = message;
    if (limited === undefined) throw new Error("a message without limits is never given up");
    this.#chunker.dropRest(message);
    limited.abandoned = true;
    const firstTsn = isAfter(ring.first, limited.firstTsn) ? ring.first : limited.firstTsn;
    for (let tsn = firstTsn; !isAfter(tsn, limited.lastTsn); tsn = (tsn + 1) >>> 0) {
      const chunk = ring.at(tsn);
      if (chunk.message !== message) continue;
      this.#outstanding.release(chunk);
      if (chunk.state !== "acknowledged") chunk.state = "abandoned";
    }
  }

  #advance(): void {
    const { ring } = this.#outstanding;
    if (isAfter(ring.first, (this.#point + 1) >>> 0)) this.#point = (ring.first - 1) >>> 0;
    for (
      let next = (this.#point + 1) >>> 0;
      next !== ring.next && ring.at(next).message?.limited?.abandoned === true;
      next = (next + 1) >>> 0
    ) {
      this.#point = next;
      this.#due = true;
    }
  }
}

/** Whether a message's limits forbid to send a chunk of it again. */
function isOver({ message, transmissions }: OutChunk, nowMs: number): boolean {
  const limited = message?.limited;
  return limited !== undefined && (transmissions > limited.maxRetransmits || limited.expiresAtMs <= nowMs);
}
