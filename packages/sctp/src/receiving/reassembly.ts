import { DataFlag } from "../wire/chunk-type.ts";
import { isAfter } from "../wire/serial.ts";
import { type Assembly, costOf, type IncomingChunk, type Message, OVERHEAD_BYTES, type ReassemblyFault, type Skipped } from "./assembly.ts";

interface Fragment extends IncomingChunk {
  readonly bytes: Uint8Array;
}

/** Messages of one stream that wait for an earlier one. The map is there only as long as it holds something: a peer may use 65,536 streams. */
interface InboundStream {
  next: number;
  waiting: Map<number, Message> | undefined;
}

/** Joins fragments to messages, and puts those of each stream in order (RFC 9260, 6.5 and 6.9). */
export class Reassembly implements Assembly {
  readonly #maxMessageBytes: number;
  readonly #deliver: (message: Message) => void;
  readonly #fragments = new Map<number, Fragment>();
  readonly #streams = new Map<number, InboundStream>();
  #heldBytes = 0;

  constructor(maxMessageBytes: number, deliver: (message: Message) => void) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#deliver = deliver;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  add(fragment: IncomingChunk, packet: Uint8Array, start: number, end: number): ReassemblyFault | undefined {
    const { flags, streamId, sequence, protocolId } = fragment;
    const bytes = packet.slice(start, end);
    if ((flags & DataFlag.BEGINNING) !== 0 && (flags & DataFlag.ENDING) !== 0) {
      if (bytes.byteLength > this.#maxMessageBytes) return "message-too-large";
      this.#order({ streamId, protocolId, unordered: (flags & DataFlag.UNORDERED) !== 0, bytes }, sequence);
      return undefined;
    }
    this.#fragments.set(fragment.tsn, { ...fragment, bytes });
    this.#heldBytes += bytes.byteLength + OVERHEAD_BYTES;
    return this.#join(fragment.tsn);
  }

  skip(tsn: number, streams: readonly Skipped[]): void {
    for (const [held, fragment] of this.#fragments) {
      if (isAfter(held, tsn)) continue;
      this.#heldBytes -= costOf(fragment);
      this.#fragments.delete(held);
    }
    for (const { streamId, sequence } of streams) {
      const stream = this.#stream(streamId);
      const next = (sequence + 1) & 0xffff;
      // A stale FORWARD-TSN must not take the stream back.
      if (((next - stream.next) & 0xffff) >= 0x8000) continue;
      const passed = [...(stream.waiting?.keys() ?? [])].filter((waiting) => ((waiting - next) & 0xffff) >= 0x8000);
      for (const waiting of passed.sort((one, other) => ((one - stream.next) & 0xffff) - ((other - stream.next) & 0xffff))) {
        this.#release(stream, waiting);
      }
      stream.next = next;
      this.#releaseInOrder(stream);
    }
  }

  reset(streamIds: readonly number[]): void {
    for (const streamId of streamIds.length === 0 ? this.#streams.keys() : streamIds) {
      const stream = this.#streams.get(streamId);
      if (stream === undefined) continue;
      for (const message of stream.waiting?.values() ?? []) this.#heldBytes -= costOf(message);
      this.#streams.delete(streamId);
    }
  }

  /** Delivers the message of this fragment, if all its fragments are there: they have consecutive TSNs (RFC 9260, 6.9). */
  #join(tsn: number): ReassemblyFault | undefined {
    const arrived = this.#fragments.get(tsn);
    if (arrived === undefined) return undefined;
    let last = arrived;
    while ((last.flags & DataFlag.ENDING) === 0) {
      const next = this.#fragments.get((last.tsn + 1) >>> 0);
      if (next === undefined) return undefined;
      if (!belongs(next, last)) return "bad-fragments";
      last = next;
    }
    let first = arrived;
    while ((first.flags & DataFlag.BEGINNING) === 0) {
      const before = this.#fragments.get((first.tsn - 1) >>> 0);
      if (before === undefined) return undefined;
      if (!belongs(first, before)) return "bad-fragments";
      first = before;
    }
    return this.#assemble(first, last);
  }

  #assemble(first: Fragment, last: Fragment): ReassemblyFault | undefined {
    let length = 0;
    const end = (last.tsn + 1) >>> 0;
    for (let tsn = first.tsn; tsn !== end; tsn = (tsn + 1) >>> 0) length += this.#fragments.get(tsn)?.bytes.byteLength ?? 0;
    if (length > this.#maxMessageBytes) return "message-too-large";
    const bytes = new Uint8Array(length);
    let at = 0;
    for (let tsn = first.tsn; tsn !== end; tsn = (tsn + 1) >>> 0) {
      const part = this.#fragments.get(tsn);
      if (part === undefined) continue;
      bytes.set(part.bytes, at);
      at += part.bytes.byteLength;
      this.#heldBytes -= costOf(part);
      this.#fragments.delete(tsn);
    }
    const { streamId, protocolId, sequence, flags } = first;
    this.#order({ streamId, protocolId, unordered: (flags & DataFlag.UNORDERED) !== 0, bytes }, sequence);
    return undefined;
  }

  #order(message: Message, sequence: number): void {
    if (message.unordered) return this.#deliver(message);
    const stream = this.#stream(message.streamId);
    if (sequence !== stream.next) {
      stream.waiting ??= new Map();
      if (stream.waiting.has(sequence)) return; // The peer used a number twice: one of them is wrong, and the first one is kept.
      stream.waiting.set(sequence, message);
      this.#heldBytes += costOf(message);
      return;
    }
    stream.next = (stream.next + 1) & 0xffff;
    this.#deliver(message);
    this.#releaseInOrder(stream);
  }

  #releaseInOrder(stream: InboundStream): void {
    while (this.#release(stream, stream.next)) stream.next = (stream.next + 1) & 0xffff;
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

  #stream(streamId: number): InboundStream {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const stream: InboundStream = { next: 0, waiting: undefined };
    this.#streams.set(streamId, stream);
    return stream;
  }
}

/** Whether a fragment continues the message of the one before it. */
function belongs(next: Fragment, before: Fragment): boolean {
  return (
    (next.flags & DataFlag.BEGINNING) === 0 &&
    (before.flags & DataFlag.ENDING) === 0 &&
    next.streamId === before.streamId &&
    next.sequence === before.sequence &&
    (next.flags & DataFlag.UNORDERED) === (before.flags & DataFlag.UNORDERED)
  );
}
