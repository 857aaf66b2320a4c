/** What a sender keeps of an outgoing stream. */
export class OutStream {
  readonly id: number;
  /** The number of its next ordered message. */
  nextSequence = 0;
  /** Messages that are not completely in chunks. */
  queuedMessages = 0;
  /** Chunks that are not acknowledged cumulatively. */
  chunks = 0;

  constructor(id: number) {
    this.id = id;
  }

  get inUse(): boolean {
    return this.queuedMessages > 0 || this.chunks > 0;
  }
}
