import type { RangeResult, RangeSource } from "../channel/range-source.ts";
import { ClientError } from "../client-error.ts";
import { type PendingPiece, piecesToPreempt } from "./preempt.ts";
import { type ReadTarget, SESSION_FILE } from "./read-target.ts";
import { type Piece, type Priority, Reader, type ReaderRange, type Urgency, type Want } from "./reader.ts";

/**
 * Maximum number of bytes that a reader may hold unread, in addition to the sources' windows. Enough that a short pause of the consumer doesn't leave
 * the path idle, and little compared with the memory of a page.
 */
export const READ_BUFFER_BYTES: number = 1024 * 1024;

/** Number of times that the host may be too busy for a piece before its reader fails. With the waits below and the host's own 5 s (C-4), over 30 s. */
export const MAX_BUSY_TRIES = 6;

/** First wait after a status 1, milliseconds. It doubles each time. */
export const BUSY_WAIT_MS = 200;

/** Longest wait after a status 1, milliseconds. */
export const MAX_BUSY_WAIT_MS = 3000;

/** The order in which readers are served. While one finds no room, readers of lower urgency get nothing: they would take the room that it waits for. */
const BY_URGENCY: readonly Urgency[] = ["starved", "ahead", "background"];

export interface SchedulerOptions {
  /**
   * Whether readers wait without limit for a host that is busy or sends no data of a range: their pieces are requested again until the caller ends them.
   * @default false: they fail after {@link MAX_BUSY_TRIES}
   */
  readonly patient?: boolean;
  /** Called with the reason before a reader of this target fails because of the host. */
  readonly onFailure?: (error: ClientError, target: ReadTarget) => void;
}

/**
 * Requests the pieces of the open readers, of whatever resource, from the sources. Interactive readers come first, the newest before the others; background readers share what
 * is left (C-14). If a source ends, the missing bytes of its pieces are requested from another.
 */
export class Scheduler {
  readonly #patient: boolean;
  readonly #onFailure: (error: ClientError, target: ReadTarget) => void;
  readonly #sources = new Set<RangeSource>();
  /** Newest last. */
  readonly #readers: Reader[] = [];
  readonly #pending = new Map<Piece, PendingPiece>();
  /** Sources whose host was busy: nothing is requested from them until the timer fires. */
  readonly #resting = new Map<RangeSource, ReturnType<typeof setTimeout>>();
  #ended: ClientError | undefined;
  #scheduling = false;
  /** Number of requests so far. */
  #requests = 0;
  #scheduleAgain = false;

  constructor({ patient = false, onFailure = () => undefined }: SchedulerOptions = {}) {
    this.#patient = patient;
    this.#onFailure = onFailure;
  }

  /** Number of open readers. */
  get readers(): number {
    return this.#readers.length;
  }

  /** Opens a reader of a range within a resource. Nothing is requested before its first take(). */
  open(range: ReaderRange, priority: Priority = "interactive", target: ReadTarget = SESSION_FILE): Reader {
    const reader = new Reader(
      target,
      range,
      priority,
      () => this.#take(reader),
      () => this.#leave(reader),
    );
    this.#failIfEnded(reader);
    return reader;
  }

  addSource(source: RangeSource): void {
    this.#sources.add(source);
    source.onCapacity = () => this.#schedule();
    this.#schedule();
  }

  /** Requests nothing more from a source. Its pieces are requested elsewhere when it ends. */
  removeSource(source: RangeSource): void {
    if (!this.#sources.delete(source)) return;
    source.onCapacity = undefined;
    this.#wake(source);
    this.#schedule();
  }

  /** A target can be read at a source where it could not be read before, or has ended: its readers then fail. */
  targetChanged(): void {
    for (const reader of this.#readers.slice()) if (this.#failIfEnded(reader)) this.#remove(reader);
    this.#schedule();
  }

  /** No source will be added any more: all readers fail, and new ones do at once. */
  end(error: ClientError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const source of this.#resting.keys()) this.#wake(source);
    for (const reader of this.#readers.splice(0)) reader.fail(error);
    this.#pending.clear();
  }

  #take(reader: Reader): void {
    if (!reader.finished) this.#failIfEnded(reader);
    if (!this.#readers.includes(reader) && !reader.failed && !reader.finished) this.#readers.push(reader);
    this.#schedule();
  }

  #leave(reader: Reader): void {
    this.#remove(reader);
    this.#schedule();
  }

  #remove(reader: Reader): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) this.#readers.splice(index, 1);
    for (const [piece, { reader: owner }] of this.#pending) if (owner === reader) this.#pending.delete(piece);
  }

  /** @returns whether nothing can be read for this reader any more */
  #failIfEnded(reader: Reader): boolean {
    const error = this.#ended ?? reader.target.ended;
    if (error !== undefined) reader.fail(error);
    return error !== undefined;
  }

  /** Requests everything that may be requested now. */
  #schedule(): void {
    this.#scheduleAgain = true;
    if (this.#scheduling) return;
    this.#scheduling = true;
    try {
      while (this.#scheduleAgain) {
        this.#scheduleAgain = false;
        for (const reader of this.#readers.slice()) if (reader.finished) this.#leave(reader);
        while (this.#requestNext());
      }
    } finally {
      this.#scheduling = false;
    }
  }

  /** Requests the piece that comes first. @returns whether there was one, and room for it */
  #requestNext(): boolean {
    for (const urgency of BY_URGENCY) {
      let refused = false;
      for (const reader of this.#ofUrgency(urgency)) {
        const outcome = this.#requestFor(reader);
        if (outcome === "requested") return true;
        refused ||= outcome === "no-room";
      }
      if (refused) return false;
    }
    return false;
  }

  /** The newest first, because it is the latest seek; background readers share equally: of those with as many pieces, the one that waits longest is first. */
  #ofUrgency(urgency: Urgency): Reader[] {
    const readers = this.#readers.filter((reader) => reader.urgency === urgency);
    if (urgency !== "background") return readers.toReversed();
    return readers.sort((one, other) => one.underWay - other.underWay || one.lastRequest - other.lastRequest);
  }

  #requestFor(reader: Reader): "requested" | "no-room" | "nothing" {
    const sources = this.#sourcesByLoad();
    let refused = false;
    for (const source of sources) {
      const want = this.#wantOf(reader, source);
      if (want === undefined) continue;
      refused = true;
      if (!hasRoom(source, want, reader)) continue;
      this.#request(source, reader, want);
      return "requested";
    }
    if (!refused) return "nothing";
    return reader.urgency === "starved" && this.#preemptFor(reader, sources) ? "requested" : "no-room";
  }

  /** Cancels background pieces to make room for a starved reader. */
  #preemptFor(reader: Reader, sources: readonly RangeSource[]): boolean {
    const background = [...this.#pending.values()].filter((pending) => pending.reader.priority === "background");
    for (const source of sources) {
      const want = this.#wantOf(reader, source);
      const preempted = want === undefined ? [] : piecesToPreempt(source, want.length, background);
      for (const { reader: owner, piece } of preempted) {
        this.#pending.delete(piece);
        owner.postpone(piece);
      }
      if (want === undefined || preempted.length === 0 || !hasRoom(source, want, reader)) continue;
      this.#request(source, reader, want);
      return true;
    }
    return false;
  }

  #wantOf(reader: Reader, source: RangeSource): Want | undefined {
    if (reader.target.handleAt(source) === undefined) return undefined;
    const { window } = source;
    return reader.want(Math.min(window.pieceBytes, window.outstandingBytes), this.#readAheadBytes());
  }

  /** The sources that can serve requests; the one that will deliver first comes first. */
  #sourcesByLoad(): RangeSource[] {
    const sources = [...this.#sources].filter((source) => source.ready && !this.#resting.has(source));
    return sources.sort((one, other) => one.outstandingBytes - other.outstandingBytes);
  }

  /** How far a reader may request ahead of its consumer, bytes. */
  #readAheadBytes(): number {
    let bytes = READ_BUFFER_BYTES;
    for (const source of this.#sources) bytes += source.window.outstandingBytes;
    return bytes;
  }

  #request(source: RangeSource, reader: Reader, want: Want): void {
    const handle = reader.target.handleAt(source);
    if (handle === undefined) throw new Error("a range was requested from a source that doesn't serve its resource");
    this.#requests += 1;
    reader.lastRequest = this.#requests;
    const piece = reader.begin(want);
    this.#pending.set(piece, { source, reader, piece, end: want.offset + want.length });
    piece.cancel = source.request({
      handle,
      offset: want.offset,
      length: want.length,
      openEnd: reader.openEnd,
      onData: (bytes) => reader.receive(piece, bytes),
      onEnd: (result) => this.#rangeEnded(source, reader, piece, result),
    });
  }

  #rangeEnded(source: RangeSource, reader: Reader, piece: Piece, result: RangeResult): void {
    this.#pending.delete(piece);
    if (result.kind === "ended" || result.kind === "past-end") {
      const dropped = result.kind === "ended" ? reader.endWith(piece) : reader.refusePastEnd(piece);
      for (const other of dropped) this.#pending.delete(other);
      this.#schedule();
      return;
    }
    if (result.kind === "failed" && !(this.#patient && result.error.reason === "timeout")) {
      this.#onFailure(result.error, reader.target);
      reader.cancel(result.error);
      return;
    }
    if (result.kind === "busy") {
      piece.busyTries += 1;
      if (!this.#patient && piece.busyTries >= MAX_BUSY_TRIES) {
        reader.cancel(new ClientError("busy", "the host serves too many ranges already"));
        return;
      }
      this.#rest(source, Math.min(MAX_BUSY_WAIT_MS, BUSY_WAIT_MS * 2 ** (piece.busyTries - 1)));
    }
    reader.giveBack(piece);
    this.#schedule();
  }

  #rest(source: RangeSource, ms: number): void {
    this.#wake(source);
    if (!this.#sources.has(source)) return;
    const timer = setTimeout(() => {
      this.#resting.delete(source);
      this.#schedule();
    }, ms);
    this.#resting.set(source, timer);
  }

  #wake(source: RangeSource): void {
    clearTimeout(this.#resting.get(source));
    this.#resting.delete(source);
  }
}

/** A source has as many ranges as its window allows. A reader without any may use one of the remaining slots, so that a seek doesn't wait for others. */
function hasRoom(source: RangeSource, want: Want, reader: Reader): boolean {
  if (source.freeSlots < 1 || (source.liveRanges >= source.window.ranges && !reader.idle)) return false;
  return source.outstandingBytes + want.length <= source.window.outstandingBytes;
}
