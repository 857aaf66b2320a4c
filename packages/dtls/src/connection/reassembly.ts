import type { Fragment, HandshakeMessage } from "../handshake/message-header.ts";

/** Largest handshake message, bytes: far more than a chain of RSA certificates, or a ClientHello with post-quantum key shares. */
export const MAX_MESSAGE_BYTES = 16_384;
/** Number of messages that may be incomplete at a time: a flight has five, and one more may follow. */
const MAX_MESSAGES_AHEAD = 6;
/** Bytes of all incomplete messages. */
const MAX_HELD_BYTES = 32_768;
/** Number of separate pieces of a message that may have arrived: one of 16 KiB in datagrams of 600 bytes has 28. */
const MAX_PIECES = 32;

/** A message that is not complete, or whose turn has not come. */
interface Partial {
  readonly type: number;
  readonly body: Uint8Array;
  /** What has arrived: ranges that don't touch each other, in order. */
  pieces: readonly Range[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts handshake messages together from fragments that are lost, repeated, reordered or overlapping (RFC 6347, 4.2.3). What a peer can fill is capped by number and by
 * bytes; a fragment that contradicts an earlier one is ignored.
 */
export class Reassembly {
  readonly #partials = new Map<number, Partial>();
  /** Number of the message whose turn it is. */
  #nextSequence: number;

  constructor(nextSequence = 0) {
    this.#nextSequence = nextSequence;
  }

  /** Bytes of memory that wait for the rest of a message. */
  get heldBytes(): number {
    let held = 0;
    for (const { body } of this.#partials.values()) held += body.byteLength;
    return held;
  }

  /** @returns "repeated" for a part of a message whose turn is over: the peer sends its flight again */
  add({ type, sequence, messageLength, offset, bytes }: Fragment): "kept" | "repeated" | "ignored" {
    if (sequence < this.#nextSequence) return "repeated";
    if (sequence >= this.#nextSequence + MAX_MESSAGES_AHEAD || offset + bytes.byteLength > messageLength) return "ignored";
    const partial = this.#partials.get(sequence) ?? this.#begin(type, sequence, messageLength);
    if (partial === undefined || partial.type !== type || partial.body.byteLength !== messageLength) return "ignored";
    const pieces = joined(partial.pieces, { start: offset, end: offset + bytes.byteLength });
    if (pieces.length > MAX_PIECES) return "ignored";
    partial.pieces = pieces;
    partial.body.set(bytes, offset);
    return "kept";
  }

  /** The message whose turn it is, once it is complete. */
  next(): HandshakeMessage | undefined {
    const sequence = this.#nextSequence;
    const partial = this.#partials.get(sequence);
    if (partial === undefined) return undefined;
    const { type, body, pieces } = partial;
    const [first] = pieces;
    if (first?.start !== 0 || first.end !== body.byteLength) return undefined;
    this.#partials.delete(sequence);
    this.#nextSequence += 1;
    return { type, sequence, body };
  }

  /** Forgets what is incomplete: it must not be completed with fragments of another epoch. */
  clear(): void {
    this.#partials.clear();
  }

  #begin(type: number, sequence: number, messageLength: number): Partial | undefined {
    if (messageLength > MAX_MESSAGE_BYTES || this.heldBytes + messageLength > MAX_HELD_BYTES) return undefined;
    const partial: Partial = { type, body: new Uint8Array(messageLength), pieces: [] };
    this.#partials.set(sequence, partial);
    return partial;
  }
}

/** Ranges with one more, joined where they touch. */
function joined(ranges: readonly Range[], added: Range): Range[] {
  let { start, end } = added;
  const before: Range[] = [];
  const after: Range[] = [];
  for (const range of ranges) {
    if (range.end < start) before.push(range);
    else if (range.start > end) after.push(range);
    else [start, end] = [Math.min(start, range.start), Math.max(end, range.end)];
  }
  return [...before, { start, end }, ...after];
}
