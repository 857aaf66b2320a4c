import { concat } from "../bytes/byte-parts.ts";
import { encodeFragment, type HandshakeMessage, MESSAGE_HEADER_BYTES } from "../handshake/message-header.ts";
import { ContentType } from "../record/record-header.ts";
import { type Epoch, PLAIN_EPOCH, type RecordLayer } from "../record/record-layer.ts";

/** Shortest and longest time between two transmissions of a flight, ms, as in libwebrtc (`kMinHandshakeTimeout`, `kMaxHandshakeTimeout`). */
export const MIN_TIMEOUT_MS = 50;
export const MAX_TIMEOUT_MS = 3000;
/** A flight is not repeated for the peer more often, ms. */
const MIN_REPEAT_MS: number = MIN_TIMEOUT_MS / 2;
/** Number of times that a flight is sent, whatever the peer repeats: ten time-outs fit into the limit of a handshake, and two thirds are for the peer's. */
const MAX_TRANSMISSIONS = 30;
/** Number of datagrams that may wait besides a flight: answers to a client without a cookie. */
const MAX_ANSWERS = 8;
/** Number of records that are kept for what this side may still have to send after its data: repeats of its last flight, and two alerts. */
export const RESERVED_RECORDS: number = MAX_TRANSMISSIONS + 2;
/** Bytes of a message that are worth a record of their own at the end of a datagram. */
const MIN_FRAGMENT_BYTES = 32;

/** A message of a flight, or ChangeCipherSpec. */
export type FlightPart = { readonly epoch: Epoch; readonly message: HandshakeMessage } | "change-cipher-spec";

/** Where a flight is in the handshake. */
export interface FlightPlace {
  /** Number of the peer's message that it answers: the last one of the peer's flight. */
  readonly answers: number | undefined;
  /** Whether no answer follows. Then it is repeated only when the peer repeats its own. */
  readonly isLast: boolean;
}

/** The content of ChangeCipherSpec (RFC 5246, 7.1). */
const CHANGE_CIPHER_SPEC = Uint8Array.of(1);

/** Sends a side's flight, again and again until the next one begins (RFC 6347, 4.2.4). */
export class Flights {
  readonly #records: RecordLayer;
  readonly #maxDatagramBytes: number;
  readonly #firstTimeoutMs: number;
  #parts: readonly FlightPart[] = [];
  #answers: number | undefined;
  #outbox: Uint8Array[] = [];
  #timeoutMs = 0;
  #sentAtMs = 0;
  #transmissions = 0;
  /** When the flight is sent again; Infinity: not by itself. */
  #repeatAtMs = Number.POSITIVE_INFINITY;
  /** How often a flight was sent again. */
  repeats = 0;

  constructor(
    records: RecordLayer,
    { maxDatagramBytes, firstTimeoutMs }: { readonly maxDatagramBytes: number; readonly firstTimeoutMs: number },
  ) {
    this.#records = records;
    this.#maxDatagramBytes = maxDatagramBytes;
    this.#firstTimeoutMs = firstTimeoutMs;
  }

  /** Sends a flight instead of the last one. */
  begin(parts: readonly FlightPart[], nowMs: number, { answers, isLast }: FlightPlace): void {
    this.#parts = parts;
    this.#timeoutMs = this.#firstTimeoutMs;
    this.#transmissions = 0;
    this.#outbox = [];
    this.#transmit(nowMs);
    this.#answers = answers;
    this.#repeatAtMs = isLast ? Number.POSITIVE_INFINITY : nowMs + this.#timeoutMs;
  }

  /** The peer has repeated a message. If it is the one that the flight answers, the peer has not got the flight (RFC 6347, 4.2.4). */
  onRepeated(sequence: number, nowMs: number): void {
    if (sequence !== this.#answers || this.#transmissions >= MAX_TRANSMISSIONS || nowMs - this.#sentAtMs < MIN_REPEAT_MS) return;
    this.repeats += 1;
    this.#transmit(nowMs);
    if (this.#repeatAtMs !== Number.POSITIVE_INFINITY) this.#repeatAtMs = nowMs + this.#timeoutMs;
  }

  /** Repeats nothing any more. What is written already is still sent. */
  stop(): void {
    this.#repeatAtMs = Number.POSITIVE_INFINITY;
    this.#answers = undefined;
    this.#parts = [];
  }

  /** Forgets what is not sent yet. */
  clear(): void {
    this.#outbox = [];
  }

  /** Adds a datagram that belongs to no flight: an alert. */
  send(datagram: Uint8Array): void {
    this.#outbox.push(datagram);
  }

  /** Adds an answer to somebody who is not known yet, unless too many wait. */
  sendAnswer(datagram: Uint8Array): void {
    if (this.#outbox.length < MAX_ANSWERS) this.#outbox.push(datagram);
  }

  poll(nowMs: number): Uint8Array | undefined {
    if (nowMs >= this.#repeatAtMs) {
      this.#timeoutMs = Math.min(this.#timeoutMs * 2, MAX_TIMEOUT_MS);
      this.#repeatAtMs = nowMs + this.#timeoutMs;
      if (this.#transmissions < MAX_TRANSMISSIONS) {
        this.repeats += 1;
        this.#transmit(nowMs);
      }
    }
    return this.#outbox.shift();
  }

  deadlineMs(nowMs: number): number {
    return this.#outbox.length > 0 ? nowMs : this.#repeatAtMs;
  }

  #transmit(nowMs: number): void {
    this.#transmissions += 1;
    this.#sentAtMs = nowMs;
    // What is left of an earlier transmission would only be repeated.
    this.#outbox = this.#datagrams();
  }

  /** Writes the flight in new records, as many as fit into each datagram. */
  #datagrams(): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    let records: Uint8Array[] = [];
    let room = this.#maxDatagramBytes;
    const flush = (): void => {
      if (records.length > 0) datagrams.push(concat(...records));
      records = [];
      room = this.#maxDatagramBytes;
    };
    const add = (record: Uint8Array): void => {
      records.push(record);
      room -= record.byteLength;
    };
    for (const part of this.#parts) {
      if (part === "change-cipher-spec") {
        if (room < this.#records.overhead(PLAIN_EPOCH) + CHANGE_CIPHER_SPEC.byteLength) flush();
        add(this.#records.write(PLAIN_EPOCH, ContentType.CHANGE_CIPHER_SPEC, CHANGE_CIPHER_SPEC));
        continue;
      }
      const { epoch, message } = part;
      const overhead = this.#records.overhead(epoch) + MESSAGE_HEADER_BYTES;
      const { byteLength } = message.body;
      let offset = 0;
      do {
        if (room - overhead < Math.min(byteLength - offset, MIN_FRAGMENT_BYTES)) flush();
        const length = Math.min(byteLength - offset, room - overhead);
        add(this.#records.write(epoch, ContentType.HANDSHAKE, encodeFragment(message, offset, length)));
        offset += length;
      } while (offset < byteLength);
    }
    flush();
    return datagrams;
  }
}
