/** What a sender keeps of an outgoing stream. */
export class OutStream {
  readonly id: number;
  /** The number of its next ordered message, and, only for I_DATA, of its next unordered one. */
  #nextOrdered = 0;
  #nextUnordered = 0;
  /** Messages that are not completely in chunks. */
  queuedMessages = 0;
  /** Chunks that are not acknowledged cumulatively. */
  chunks = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** The stream sequence number of a new message in DATA chunks (RFC 9260, 6.5). Unordered ones have none. */
  takeSequence(unordered: boolean): number {
    if (unordered) return 0;
    const sequence = this.#nextOrdered;
    this.#nextOrdered = (sequence + 1) & 0xffff;
    return sequence;
  }

  /** The message id of a new message in I_DATA chunks (RFC 8260, 2.1). */
  takeMessageId(unordered: boolean): number {
    const id = unordered ? this.#nextUnordered : this.#nextOrdered;
    if (unordered) this.#nextUnordered = (id + 1) >>> 0;
    else this.#nextOrdered = (id + 1) >>> 0;
    return id;
  }

  /** The numbers start again. */
  reset(): void {
    this.#nextOrdered = this.#nextUnordered = 0;
  }

  get inUse(): boolean {
    return this.queuedMessages > 0 || this.chunks > 0;
  }
}
