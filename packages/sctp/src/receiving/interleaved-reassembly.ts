import { DataFlag } from "../wire/chunk-type.ts";
import { isAfter, offsetOf } from "../wire/serial.ts";
import { type Assembly, costOf, type IncomingChunk, type Message, OVERHEAD_BYTES, type ReassemblyFault, type Skipped } from "./assembly.ts";

/** A message of which fragments are missing. */
interface PartialMessage {
  readonly fragments: Map<number, Uint8Array>;
  protocolId: number;
  /** The number of the last fragment; −1: not known. */
  last: number;
  bytes: number;
}

type Partials = Map<number, PartialMessage>;

/** What arrived of a stream and is not delivered, by message id. Maps are there only as long as they hold something: a peer may use 65,536 streams. */
interface InboundStream {
  /** The next ordered message to deliver. */
  next: number;
  waiting: Map<number, Message> | undefined;
  ordered: Partials | undefined;
  unordered: Partials | undefined;
}

type Kind = "ordered" | "unordered";

/** Joins fragments of I_DATA chunks to messages, and puts those of each stream in order. Unlike those of DATA chunks, the
 * fragments have numbers of their own, so they need not have consecutive TSNs (RFC 8260, 2.1 and 2.2).
 */
export class InterleavedReassembly implements Assembly {
  readonly #maxMessageBytes: number;
  readonly #deliver: (message: Message) => void;
  readonly #streams = new Map<number, InboundStream>();
  #heldBytes = 0;

  constructor(maxMessageBytes: number, deliver: (message: Message) => void) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#deliver = deliver;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  add(chunk: IncomingChunk, packet: Uint8Array, start: number, end: number): ReassemblyFault | undefined {
    const { flags, streamId, sequence, protocolId } = chunk;
    const unordered = (flags & DataFlag.UNORDERED) !== 0;
    const kind = unordered ? "unordered" : "ordered";
    const stream = this.#stream(streamId);
    // A number that is used again: of the two messages the first is kept.
    if (!unordered && (isAfter(stream.next, sequence) || stream.waiting?.has(sequence) === true)) return undefined;
    const known = stream[kind]?.get(sequence);
    if ((flags & DataFlag.BEGINNING) !== 0 && (flags & DataFlag.ENDING) !== 0) {
      if (known !== undefined) return "bad-fragments";
      if (end - start > this.#maxMessageBytes) return "message-too-large";
      this.#order(stream, { streamId, protocolId, unordered, bytes: packet.slice(start, end) }, sequence);
      return undefined;
    }
    const partial = known ?? this.#begin(stream, kind, sequence);
    if (!fits(partial, flags, protocolId)) return "bad-fragments";
    if (partial.bytes + end - start > this.#maxMessageBytes) return "message-too-large";
    this.#keep(partial, flags, protocolId, packet.slice(start, end));
    if (partial.fragments.size !== partial.last + 1) return undefined;
    this.#drop(stream, kind, sequence, partial);
    this.#order(stream, { streamId, protocolId: partial.protocolId, unordered, bytes: joined(partial) }, sequence);
    return undefined;
  }

  skip(_tsn: number, skipped: readonly Skipped[]): void {
    for (const { streamId, unordered, sequence } of skipped) {
      const stream = this.#stream(streamId);
      const kind = unordered ? "unordered" : "ordered";
      for (const [id, partial] of stream[kind] ?? []) if (!isAfter(id, sequence)) this.#drop(stream, kind, id, partial);
      // A stale one must not take the stream back.
      if (unordered || isAfter(stream.next, sequence)) continue;
      const passed = [...(stream.waiting?.keys() ?? [])].filter((id) => !isAfter(id, sequence));
      for (const id of passed.sort((one, other) => offsetOf(one, stream.next) - offsetOf(other, stream.next))) this.#release(stream, id);
      stream.next = (sequence + 1) >>> 0;
      this.#releaseInOrder(stream);
    }
  }

  reset(streamIds: readonly number[]): void {
    for (const streamId of streamIds.length === 0 ? [...this.#streams.keys()] : streamIds) {
      const stream = this.#streams.get(streamId);
      if (stream === undefined) continue;
      for (const message of stream.waiting?.values() ?? []) this.#heldBytes -= costOf(message);
      for (const kind of ["ordered", "unordered"] as const) {
        for (const [id, partial] of stream[kind] ?? []) this.#drop(stream, kind, id, partial);
      }
      this.#streams.delete(streamId);
    }
  }

  #keep(partial: PartialMessage, flags: number, protocolId: number, bytes: Uint8Array): void {
    const first = (flags & DataFlag.BEGINNING) !== 0;
    const number = first ? 0 : protocolId;
    if (first) partial.protocolId = protocolId;
    if ((flags & DataFlag.ENDING) !== 0) partial.last = number;
    partial.fragments.set(number, bytes);
    partial.bytes += bytes.byteLength;
    this.#heldBytes += bytes.byteLength + OVERHEAD_BYTES;
  }

  #order(stream: InboundStream, message: Message, sequence: number): void {
    if (message.unordered) return this.#deliver(message);
    if (sequence !== stream.next) {
      stream.waiting ??= new Map();
      stream.waiting.set(sequence, message);
      this.#heldBytes += costOf(message);
      return;
    }
    stream.next = (stream.next + 1) >>> 0;
    this.#deliver(message);
    this.#releaseInOrder(stream);
  }

  #releaseInOrder(stream: InboundStream): void {
    while (this.#release(stream, stream.next)) stream.next = (stream.next + 1) >>> 0;
  }

  #release(stream: InboundStream, sequence: number): boolean {
    const message = stream.waiting?.get(sequence);
    if (message === undefined) return false;
    stream.waiting?.delete(sequence);
    if (stream.waiting?.size === 0) stream.waiting = undefined;
    this.#heldBytes -= costOf(message);
    this.#deliver(message);
    return true;
  }

  #begin(stream: InboundStream, kind: Kind, sequence: number): PartialMessage {
    const partial: PartialMessage = { fragments: new Map(), protocolId: 0, last: -1, bytes: 0 };
    const partials: Partials = (stream[kind] ??= new Map());
    partials.set(sequence, partial);
    this.#heldBytes += OVERHEAD_BYTES;
    return partial;
  }

  #drop(stream: InboundStream, kind: Kind, sequence: number, { bytes, fragments }: PartialMessage): void {
    this.#heldBytes -= bytes + OVERHEAD_BYTES * (1 + fragments.size);
    stream[kind]?.delete(sequence);
    if (stream[kind]?.size === 0) stream[kind] = undefined;
  }

  #stream(streamId: number): InboundStream {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const stream: InboundStream = { next: 0, waiting: undefined, ordered: undefined, unordered: undefined };
    this.#streams.set(streamId, stream);
    return stream;
  }
}

/** Whether a fragment agrees with those that arrived before. */
function fits({ fragments, last }: PartialMessage, flags: number, protocolId: number): boolean {
  const first = (flags & DataFlag.BEGINNING) !== 0;
  const number = first ? 0 : protocolId;
  if ((!first && number === 0) || fragments.has(number) || (last >= 0 && number > last)) return false;
  if ((flags & DataFlag.ENDING) === 0) return true;
  if (last >= 0) return false;
  for (const other of fragments.keys()) if (other > number) return false;
  return true;
}

function joined({ fragments, last, bytes }: PartialMessage): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (let number = 0; number <= last; number += 1) {
    const fragment = fragments.get(number);
    if (fragment === undefined) continue;
    all.set(fragment, at);
    at += fragment.byteLength;
  }
  return all;
}
