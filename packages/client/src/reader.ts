import type { ByteRange } from "./byte-range.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { ClientError } from "./client-error.ts";
import { createDeferred, type Deferred } from "./deferred.ts";
import type { CancelRange } from "./range-lane.ts";

/**
 * A reader's first piece is so much shorter, so that two pieces, which an agent serves in turns, never end together and leave the
 * path idle for a round trip.
 */
const FIRST_PIECE_SHARE = 0.5;

/**
 * Who waits for a reader's bytes: a person (`interactive`: a seek, the start of a video, an image), or nobody in particular (`background`: a download,
 * reading ahead on a hunch).
 */
export type Priority = "interactive" | "background";

/** How soon a reader's next piece is to be asked for: `starved` before `ahead` before `background`. */
export type Urgency = "starved" | "ahead" | "background";

/** A part of the file on its way to a reader. */
export interface Piece {
  readonly end: number;
  /** Up to where its bytes came. */
  received: number;
  /** While it is asked for on a lane. */
  cancel: CancelRange | undefined;
  /** How often an agent had no place for it. */
  busyTries: number;
  readonly chunks: ChunkQueue;
}

/** What a reader wants asked for next. */
export interface Want {
  readonly offset: number;
  readonly length: number;
  /** The piece that came back unfinished; undefined for a new one. */
  readonly piece: Piece | undefined;
}

/** One reader of one range: hands its bytes out in order, each once, however and whenever its pieces come. */
export class Reader {
  readonly priority: Priority;
  readonly #range: ByteRange;
  /** Pieces that are not wholly taken, in order, without gaps. */
  readonly #pieces: Piece[] = [];
  readonly #onTaken: () => void;
  readonly #onCancel: (reader: Reader) => void;
  /** Where the next new piece starts. */
  #next: number;
  #taken: number;
  #failure: ClientError | undefined;
  #waiting: Deferred<Uint8Array | undefined> | undefined;

  /**
   * @param priority who waits for it
   * @param onTaken called when there may be room to ask for more
   * @param onCancel called when the reader's owner gives up
   */
  constructor(range: ByteRange, priority: Priority, onTaken: () => void, onCancel: (reader: Reader) => void) {
    this.priority = priority;
    this.#range = range;
    this.#next = range.start;
    this.#taken = range.start;
    this.#onTaken = onTaken;
    this.#onCancel = onCancel;
  }

  /** How many of its pieces are on a lane. */
  get underWay(): number {
    return this.#pieces.filter(({ cancel }) => cancel !== undefined).length;
  }

  /** Whether nothing of it is on a lane. */
  get idle(): boolean {
    return this.underWay === 0;
  }

  /** `starved`: somebody waits for its next bytes, and nothing of it is on its way. */
  get urgency(): Urgency {
    if (this.priority === "background") return "background";
    return this.#waiting !== undefined && this.idle ? "starved" : "ahead";
  }

  /** Whether all is taken, and every piece ended well. */
  get finished(): boolean {
    return this.#next === this.#range.end && this.#pieces.length === 0;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * The next bytes; undefined at the end. One call at a time.
   * @throws {ClientError} when it failed or was cancelled: also where bytes of the range had come already
   */
  take(): Promise<Uint8Array | undefined> {
    if (this.#waiting !== undefined) throw new Error("a reader is asked for one chunk at a time");
    const waiting = createDeferred<Uint8Array | undefined>();
    this.#waiting = waiting;
    this.#deliver();
    if (this.#waiting !== undefined) this.#onTaken(); // Nothing is asked for before somebody wants it.
    return waiting.promise;
  }

  /** Takes a piece off its lane, to be asked for again later: what came of it stays. */
  postpone(piece: Piece): void {
    const { cancel } = piece;
    piece.cancel = undefined;
    cancel?.();
  }

  /** Gives up: what is on the wire is cancelled at once. Idempotent. */
  cancel(error: ClientError = new ClientError("closed", "the reader was cancelled")): void {
    if (this.#failure !== undefined) return;
    this.fail(error);
    this.#onCancel(this);
  }

  /** What it wants next; undefined when all is asked for, or the consumer is too far behind. */
  want(pieceBytes: number, readAheadBytes: number): Want | undefined {
    if (this.#failure !== undefined) return undefined;
    for (const piece of this.#pieces) {
      if (piece.cancel !== undefined || piece.received === piece.end) continue;
      return { offset: piece.received, length: Math.min(pieceBytes, piece.end - piece.received), piece };
    }
    const share = this.#next === this.#range.start ? FIRST_PIECE_SHARE : 1;
    const length = Math.min(Math.ceil(pieceBytes * share), this.#range.end - this.#next);
    const ahead = this.#next - this.#taken;
    if (length === 0 || (ahead > 0 && ahead + length > readAheadBytes)) return undefined;
    return { offset: this.#next, length, piece: undefined };
  }

  /** The piece of a want that is now asked for. */
  begin({ piece, offset, length }: Want): Piece {
    if (piece !== undefined) return piece;
    const created: Piece = { end: offset + length, received: offset, cancel: undefined, busyTries: 0, chunks: new ChunkQueue() };
    this.#next = created.end;
    this.#pieces.push(created);
    return created;
  }

  receive(piece: Piece, bytes: Uint8Array): void {
    piece.received += bytes.byteLength;
    piece.chunks.push(bytes);
    this.#deliver();
  }

  /** The piece is no longer on a lane: done, or to be asked for again from where it stopped. */
  giveBack(piece: Piece): void {
    piece.cancel = undefined;
    this.#deliver();
  }

  /** Ends it with an error: its pieces are cancelled, what came is dropped. */
  fail(error: ClientError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const piece of this.#pieces) piece.cancel?.();
    this.#pieces.length = 0;
    this.#deliver();
  }

  /** Hands the next chunk to whoever waits for it. */
  #deliver(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (this.#failure !== undefined) {
      this.#waiting = undefined;
      return waiting.reject(this.#failure);
    }
    const chunk = this.#nextChunk();
    if (chunk === undefined && !this.finished) return;
    this.#waiting = undefined;
    this.#taken += chunk?.byteLength ?? 0;
    waiting.resolve(chunk);
    this.#onTaken();
  }

  #nextChunk(): Uint8Array | undefined {
    for (let first = this.#pieces[0]; first !== undefined; first = this.#pieces[0]) {
      const chunk = first.chunks.shift();
      if (chunk !== undefined) return chunk;
      // Its last bytes are not the end of it: how it ended says whether they can be trusted.
      if (first.received < first.end || first.cancel !== undefined) return undefined;
      this.#pieces.shift();
    }
    return undefined;
  }
}
