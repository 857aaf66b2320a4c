import { type ByteRange, createDeferred, type Deferred } from "@rangecast/base";
import type { CancelRange } from "../channel/range-source.ts";
import { ClientError } from "../client-error.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import type { ReadTarget } from "./read-target.ts";

/**
 * Length of a reader's first piece, as a share of the others. Hosts serve ranges in turns: two of the same length would end together and leave the
 * path idle for a round trip.
 */
const FIRST_PIECE_SHARE = 0.5;

/** `interactive`: a person waits for the bytes (a seek, the start of a video, an image); `background`: a download, or speculative reading ahead. */
export type Priority = "interactive" | "background";

/** In which order readers are served: `starved` before `ahead` before `background`. */
export type Urgency = "starved" | "ahead" | "background";

/** What a reader reads. */
export interface ReaderRange extends ByteRange {
  /**
   * Set if the file's size is provisional. What happens if the file ends before `end`:
   * - `closes`: the reader ends there
   * - `fails`: the reader fails, because its owner named the end
   * @default the size is known
   */
  readonly earlyEnd?: "closes" | "fails";
}

/** A part of a reader's range: one request, or more if a source served only part of it. */
export interface Piece {
  readonly start: number;
  /** Reduced if the file ends within the piece. */
  end: number;
  /** Offset of the first byte that has not arrived. */
  received: number;
  /** Set while it is requested from a source. */
  cancel: CancelRange | undefined;
  /** Number of times that the host was too busy to serve it. */
  busyTries: number;
  /** Whether nothing before it was missing when it was last requested. */
  first: boolean;
  /** The host reported that the file ends before it. This counts once nothing before it is missing and the host reports it again. */
  pastEnd: boolean;
  readonly chunks: ChunkQueue;
}

/** What a reader needs requested next. */
export interface Want {
  readonly offset: number;
  readonly length: number;
  /** An unfinished piece to continue; undefined for a new one. */
  readonly piece: Piece | undefined;
  /** Whether nothing before it is missing. */
  readonly first: boolean;
}

/** Returns the bytes of one range in order, each once, in whatever order its pieces arrive. */
export class Reader {
  readonly target: ReadTarget;
  /** The scheduler's number of the reader's last request; 0 before the first one. */
  lastRequest = 0;
  readonly priority: Priority;
  readonly #start: number;
  readonly #earlyEnd: ReaderRange["earlyEnd"];
  /** Reduced if the file ends before it. */
  #end: number;
  /** Pieces that are not fully read, in order, without gaps. */
  readonly #pieces: Piece[] = [];
  readonly #onTaken: () => void;
  readonly #onCancel: (reader: Reader) => void;
  /** Where the next new piece starts. */
  #next: number;
  #taken: number;
  #failure: ClientError | undefined;
  #waiting: Deferred<Uint8Array | undefined> | undefined;

  /**
   * @param onTaken called when more may be requested
   * @param onCancel called when the reader's owner cancels it
   */
  constructor(
    target: ReadTarget,
    { start, end, earlyEnd }: ReaderRange,
    priority: Priority,
    onTaken: () => void,
    onCancel: (reader: Reader) => void,
  ) {
    this.target = target;
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

  /** Number of its pieces that are requested. */
  get underWay(): number {
    return this.#pieces.filter(({ cancel }) => cancel !== undefined).length;
  }

  /** Whether none of its pieces is requested. */
  get idle(): boolean {
    return this.underWay === 0;
  }

  /** `starved`: its consumer waits for the next bytes, and they are not requested. Later ones may be. */
  get urgency(): Urgency {
    if (this.priority === "background") return "background";
    const next = this.#pieces.find((piece) => piece.cancel !== undefined || piece.received < piece.end);
    return this.#waiting !== undefined && next?.cancel === undefined ? "starved" : "ahead";
  }

  /** Whether everything was read, and every piece ended without an error. */
  get finished(): boolean {
    return this.#next === this.#end && this.#pieces.length === 0;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Resolves to the next bytes; undefined at the end. One call at a time.
   * @throws {ClientError} if the reader failed or was cancelled, even if bytes of the range have arrived
   */
  take(): Promise<Uint8Array | undefined> {
    if (this.#waiting !== undefined) throw new Error("take() gives one chunk at a time: the last call has not resolved");
    const waiting = createDeferred<Uint8Array | undefined>();
    this.#waiting = waiting;
    this.#deliver();
    if (this.#waiting !== undefined) this.#onTaken(); // The first call is what requests the first bytes.
    return waiting.promise;
  }

  /** Cancels a piece's request. It is requested again later; bytes that arrived are kept. */
  postpone(piece: Piece): void {
    const { cancel } = piece;
    piece.cancel = undefined;
    cancel?.();
  }

  /** Cancels the reader and its requests. Idempotent. */
  cancel(error: ClientError = new ClientError("closed", "the reader was cancelled")): void {
    if (this.#failure !== undefined) return;
    this.fail(error);
    this.#onCancel(this);
  }

  /** What to request next; undefined if everything is requested, or the consumer is too far behind. */
  want(pieceBytes: number, readAheadBytes: number): Want | undefined {
    if (this.#failure !== undefined) return undefined;
    let first = true;
    for (const piece of this.#pieces) {
      const whole = piece.cancel === undefined && piece.received === piece.end;
      if (piece.pastEnd && (!first || piece.cancel !== undefined)) return undefined; // The file probably ends here: nothing after it is requested.
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

  /** The piece for a want that is now requested. */
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

  /** The piece's request is over: it is complete, or is requested again from where it stopped. */
  giveBack(piece: Piece): void {
    piece.cancel = undefined;
    this.#deliver();
  }

  /**
   * The host reports that the file ends before a piece. A host that is still producing the file may report this for bytes that don't exist yet. It counts
   * only if everything before the piece had arrived when it was requested; otherwise the piece is requested again (C-17).
   * @returns the pieces after the end, which are cancelled
   */
  refusePastEnd(piece: Piece): readonly Piece[] {
    if (piece.first) return this.endWith(piece);
    piece.pastEnd = true;
    this.giveBack(piece);
    return [];
  }

  /** The file ends with the bytes that arrived of this piece. @returns the pieces after it, which are cancelled */
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
      return new ClientError("protocol-error", "the host sent bytes from after the end of its file");
    if (this.#earlyEnd === "fails" || (end === this.#start && end > 0))
      return new ClientError("out-of-range", `the host's file ends at byte ${end}`);
    return undefined;
  }

  /** Ends the reader with an error: its pieces are cancelled, and bytes that arrived are dropped. */
  fail(error: ClientError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const piece of this.#pieces) piece.cancel?.();
    this.#pieces.length = 0;
    this.#deliver();
  }

  /** Resolves a waiting take(), if it can. */
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
      // A piece is over only with its result, which tells whether its bytes can be trusted.
      if (first.received < first.end || first.cancel !== undefined) return undefined;
      this.#pieces.shift();
    }
    return undefined;
  }
}
