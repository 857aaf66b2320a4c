import { DataFlag } from "../wire/chunk-type.ts";
import { isAfter } from "../wire/serial.ts";

/** What a fragment or a waiting message costs besides its bytes. Without it, empty ones would fill the memory. */
const OVERHEAD_BYTES = 64;

const costOf = ({ bytes }: { readonly bytes: Uint8Array }): number => bytes.byteLength + OVERHEAD_BYTES;

/** A message that arrived whole. */
export interface Message {
  readonly streamId: number;
  readonly protocolId: number;
  readonly unordered: boolean;
  /** A buffer of its own. */
  readonly bytes: Uint8Array;
}

/** Why a chunk ends the association: its sender breaks the protocol. */
export type ReassemblyFault = "message-too-large" | "bad-fragments";

interface Fragment {
  readonly tsn: number;
  readonly flags: number;
  readonly streamId: number;
  readonly streamSequence: number;
  readonly protocolId: number;
  readonly bytes: Uint8Array;
}

/** Messages of one stream that wait for an earlier one. */
interface InboundStream {
  next: number;
  readonly waiting: Map<number, Message>;
}

/** Joins fragments to messages, and puts those of each stream in order (RFC 9260, 6.5 and 6.9). */
export class Reassembly {
  readonly #maxMessageBytes: number;
  readonly #deliver: (message: Message) => void;
  readonly #fragments = new Map<number, Fragment>();
  readonly #streams = new Map<number, InboundStream>();
  #heldBytes = 0;

  constructor(maxMessageBytes: number, deliver: (message: Message) => void) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#deliver = deliver;
  }

  /** What arrived and can't be delivered yet costs so much memory, bytes. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** A new chunk arrived. Its payload is copied, if it must be kept. */
  add(fragment: Omit<Fragment, "bytes">, packet: Uint8Array, start: number, end: number): ReassemblyFault | undefined {
    const { flags, streamId, streamSequence, protocolId } = fragment;
    const bytes = packet.slice(start, end);
    if ((flags & DataFlag.BEGINNING) !== 0 && (flags & DataFlag.ENDING) !== 0) {
      if (bytes.byteLength > this.#maxMessageBytes) return "message-too-large";
      this.#order({ streamId, protocolId, unordered: (flags & DataFlag.UNORDERED) !== 0, bytes }, streamSequence);
      return undefined;
    }
    this.#fragments.set(fragment.tsn, { ...fragment, bytes });
    this.#heldBytes += bytes.byteLength + OVERHEAD_BYTES;
    return this.#join(fragment.tsn);
  }

  /** The peer gave up all chunks up to this TSN, and these streams continue after these messages (RFC 3758, 3.6). */
  skip(tsn: number, streams: readonly { readonly streamId: number; readonly streamSequence: number }[]): void {
    for (const [held, fragment] of this.#fragments) {
      if (isAfter(held, tsn)) continue;
      this.#heldBytes -= costOf(fragment);
      this.#fragments.delete(held);
    }
    for (const { streamId, streamSequence } of streams) {
      const stream = this.#stream(streamId);
      const next = (streamSequence + 1) & 0xffff;
      // A stale FORWARD-TSN must not take the stream back.
      if (((next - stream.next) & 0xffff) >= 0x8000) continue;
      for (const [waiting, message] of [...stream.waiting].sort(
        ([one], [other]) => ((one - stream.next) & 0xffff) - ((other - stream.next) & 0xffff),
      )) {
        if (((waiting - next) & 0xffff) < 0x8000) continue;
        stream.waiting.delete(waiting);
        this.#release(message);
      }
      stream.next = next;
      this.#releaseInOrder(stream);
    }
  }

  /** The peer has reset these streams (RFC 6525); all of them if none is named. */
  reset(streamIds: readonly number[]): void {
    for (const streamId of streamIds.length === 0 ? this.#streams.keys() : streamIds) {
      const stream = this.#streams.get(streamId);
      if (stream === undefined) continue;
      for (const message of stream.waiting.values()) this.#heldBytes -= costOf(message);
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
    const { streamId, protocolId, streamSequence, flags } = first;
    this.#order({ streamId, protocolId, unordered: (flags & DataFlag.UNORDERED) !== 0, bytes }, streamSequence);
    return undefined;
  }

  #order(message: Message, streamSequence: number): void {
    if (message.unordered) return this.#deliver(message);
    const stream = this.#stream(message.streamId);
    if (streamSequence !== stream.next) {
      if (stream.waiting.has(streamSequence)) return; // The peer used a number twice: one of them is wrong, and the first one is kept.
      stream.waiting.set(streamSequence, message);
      this.#heldBytes += costOf(message);
      return;
    }
    stream.next = (stream.next + 1) & 0xffff;
    this.#deliver(message);
    this.#releaseInOrder(stream);
  }

  #releaseInOrder(stream: InboundStream): void {
    for (let message = stream.waiting.get(stream.next); message !== undefined; message = stream.waiting.get(stream.next)) {
      stream.waiting.delete(stream.next);
      stream.next = (stream.next + 1) & 0xffff;
      this.#release(message);
    }
  }

  #release(message: Message): void {
    this.#heldBytes -= costOf(message);
    this.#deliver(message);
  }

  #stream(streamId: number): InboundStream {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const stream: InboundStream = { next: 0, waiting: new Map() };
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
    next.streamSequence === before.streamSequence &&
    (next.flags & DataFlag.UNORDERED) === (before.flags & DataFlag.UNORDERED)
  );
}
