import type { ByteRange } from "./byte-range.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { ClientError } from "../client-error.ts";
import { createDeferred, type Deferred } from "@rangecast/base";
import type { CancelRange } from "../channel/range-source.ts";

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

/** What a reader reads. */
export interface ReaderRange extends ByteRange {
  /**
   * The file's size is provisional, so it may end before `end` does:
   * - `closes`: the reader is at its end there
   * - `fails`: bytes are missing that its owner asked for
   * @default the size is known
   */
  readonly earlyEnd?: "closes" | "fails";
}

/** A part of the file on its way to a reader. */
export interface Piece {
  readonly start: number;
  /** Moved back where the file ends within the piece. */
  end: number;
  /** Up to where its bytes came. */
  received: number;
  /** While it is asked for on a source. */
  cancel: CancelRange | undefined;
  /** How often an agent had no slot for it. */
  busyTries: number;
  /** When it was asked for last, nothing before it was missing. */
  first: boolean;
  /** The host said that the file ends before it. That counts once nothing before it is missing, and it says so again. */
  pastEnd: boolean;
  readonly chunks: ChunkQueue;
}

/** What a reader wants asked for next. */
export interface Want {
  readonly offset: number;
  readonly length: number;
  /** The piece that came back unfinished; undefined for a new one. */
  readonly piece: Piece | undefined;
  /** Whether nothing before it is missing. */
  readonly first: boolean;
}

/** One reader of one range: hands its bytes out in order, each once, however and whenever its pieces come. */
export class Reader {
  readonly priority: Priority;
  readonly #start: number;
  readonly #earlyEnd: ReaderRange["earlyEnd"];
  /** Moved back where the file ends. */
  #end: number;
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
  constructor({ start, end, earlyEnd }: ReaderRange, priority: Priority, onTaken: () => void, onCancel: (reader: Reader) => void) {
    this.priority = priority;
    this.#start = start;
    this.#end = end;
    this.#earlyEnd = earlyEnd;
    this.#next = start;
    this.#taken = start;
    this.#onTaken = onTaken;
    this.#onCancel = onCancel;
  }

  /** Whether the file may end before its range does. */
  get openEnd(): boolean {
    return this.#earlyEnd !== undefined;
  }

  /** How many of its pieces are on a source. */
  get underWay(): number {
    return this.#pieces.filter(({ cancel }) => cancel !== undefined).length;
  }

  /** Whether nothing of it is on a source. */
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
    return this.#next === this.#end && this.#pieces.length === 0;
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

  /** Takes a piece off its source, to be asked for again later: what came of it stays. */
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
    let first = true;
    for (const piece of this.#pieces) {
      const whole = piece.cancel === undefined && piece.received === piece.end;
      if (piece.pastEnd && (!first || piece.cancel !== undefined)) return undefined; // Nothing behind it is worth asking for.
      if (piece.cancel === undefined && !whole) {
        return { offset: piece.received, length: Math.min(pieceBytes, piece.end - piece.received), piece, first };
      }
      first &&= whole;
    }
    const share = this.#next === this.#start ? FIRST_PIECE_SHARE : 1;
    const length = Math.min(Math.ceil(pieceBytes * share), this.#end - this.#next);
    const ahead = this.#next - this.#taken;
    if (length === 0 || (ahead > 0 && ahead + length > readAheadBytes)) return undefined;
    return { offset: this.#next, length, piece: undefined, first };
  }

  /** The piece of a want that is now asked for. */
  begin({ piece, offset, length, first }: Want): Piece {
    if (piece !== undefined) {
      piece.first = first;
      return piece;
    }
    const created: Piece = {
      start: offset,
      end: offset + length,
      received: offset,
      cancel: undefined,
      busyTries: 0,
      first,
      pastEnd: false,
      chunks: new ChunkQueue(),
    };
    this.#next = created.end;
    this.#pieces.push(created);
    return created;
  }

  receive(piece: Piece, bytes: Uint8Array): void {
    piece.received += bytes.byteLength;
    piece.pastEnd = false;
    piece.chunks.push(bytes);
    this.#deliver();
  }

  /** The piece is no longer on a source: done, or to be asked for again from where it stopped. */
  giveBack(piece: Piece): void {
    piece.cancel = undefined;
    this.#deliver();
  }

  /**
   * The host says that the file ends before a piece that it was asked for. A host that is still making the bytes may say so of those that aren't there
   * yet: so that counts only if everything before the piece came, before it was asked for. Until then it is to be asked for again.
   * @returns the pieces behind the end, which are cancelled
   */
  refusePastEnd(piece: Piece): readonly Piece[] {
    if (piece.first) return this.endWith(piece);
    piece.pastEnd = true;
    this.giveBack(piece);
    return [];
  }

  /** The file ends with what came of this piece. @returns the pieces behind it, which are cancelled */
  endWith(piece: Piece): readonly Piece[] {
    piece.cancel = undefined;
    const end = piece.received;
    const later = this.#pieces.slice(this.#pieces.indexOf(piece) + 1);
    const error = this.#faultOfEnd(end, later);
    if (error !== undefined) {
      this.cancel(error);
      return [];
    }
    for (const other of later) other.cancel?.();
    this.#pieces.length -= later.length;
    piece.end = end;
    this.#next = this.#end = end;
    this.#deliver();
    return later;
  }

  #faultOfEnd(end: number, later: readonly Piece[]): ClientError | undefined {
    if (later.some(({ start, received }) => received > start))
      return new ClientError("protocol-error", "the host sent bytes from behind the end of its file");
    if (this.#earlyEnd === "fails" || (end === this.#start && end > 0))
      return new ClientError("out-of-range", `the host's file ends at byte ${end}`);
    return undefined;
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
