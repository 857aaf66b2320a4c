/*
 * Deals the pieces of the open readers to the sources. What a person waits for comes first, the newest before the others; downloads share what is left.
 * A piece whose source dies comes back, and what is missing of it is asked for elsewhere.
 */
import { ClientError } from "../client-error.ts";
import { type RangeSource, type RangeResult } from "../channel/range-source.ts";
import { type Piece, type Priority, Reader, type ReaderRange, type Urgency, type Want } from "./reader.ts";
import { takeRoom, type Underway } from "./take-room.ts";

/**
 * High-water mark of a reader, bytes: so many may lie here, come and not taken, besides what may be outstanding on the sources. Enough
 * that a consumer which takes a breath doesn't idle the path; little beside what a page or a process uses anyway.
 */
export const READ_BUFFER_BYTES: number = 1024 * 1024;

/** How often an agent may have no slot for a piece before its reader fails. With the waits below, and the 5 s that an agent waits itself, over half a minute. */
export const MAX_BUSY_TRIES = 6;

/** First wait after a status 1, milliseconds; doubled each time. */
export const BUSY_WAIT_MS = 200;

/** Longest wait after a status 1, milliseconds. */
export const MAX_BUSY_WAIT_MS = 3000;

/** Who is dealt to first. Where a reader finds no room, nothing is dealt to those behind its own kind: they would only take the room that it waits for. */
const BY_URGENCY: readonly Urgency[] = ["starved", "ahead", "background"];

export interface SchedulerOptions {
  /**
   * Whether a reader outlasts an agent that has no slot for it, or that sends nothing of a range for long: its pieces are asked for again as often as it
   * takes, for its end is somebody else's to decide. @default false: after a bound it fails
   */
  readonly patient?: boolean;
  /** Told why a range can't be had, before its reader fails. */
  readonly onFailure?: (error: ClientError) => void;
}

export class Scheduler {
  readonly #patient: boolean;
  readonly #onFailure: (error: ClientError) => void;
  readonly #sources = new Set<RangeSource>();
  /** Newest last. */
  readonly #readers: Reader[] = [];
  /** What is asked for, and where. */
  readonly #underway = new Map<Piece, Underway>();
  /** Sources whose agent had no slot: nothing is asked of them until the timer fires. */
  readonly #resting = new Map<RangeSource, ReturnType<typeof setTimeout>>();
  #ended: ClientError | undefined;
  #dealing = false;
  #dealAgain = false;

  constructor({ patient = false, onFailure = () => undefined }: SchedulerOptions = {}) {
    this.#patient = patient;
    this.#onFailure = onFailure;
  }

  /** Readers that are open. */
  get readers(): number {
    return this.#readers.length;
  }

  /** A reader of a range that is in the file. Nothing is asked for until its first take. */
  open(range: ReaderRange, priority: Priority = "interactive"): Reader {
    const reader = new Reader(
      range,
      priority,
      () => this.#take(reader),
      () => this.#leave(reader),
    );
    if (this.#ended !== undefined) reader.fail(this.#ended);
    return reader;
  }

  addSource(source: RangeSource): void {
    this.#sources.add(source);
    source.onCapacity = () => this.#deal();
    this.#deal();
  }

  /** Deals nothing more to the source. What it still had comes back when it ends. */
  removeSource(source: RangeSource): void {
    if (!this.#sources.delete(source)) return;
    source.onCapacity = undefined;
    this.#wake(source);
    this.#deal();
  }

  /** There is no source any more, and none will come: every reader fails, now and from now on. */
  end(error: ClientError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const source of this.#resting.keys()) this.#wake(source);
    for (const reader of this.#readers.splice(0)) reader.fail(error);
    this.#underway.clear();
  }

  #take(reader: Reader): void {
    if (!this.#readers.includes(reader) && !reader.failed && !reader.finished) this.#readers.push(reader);
    this.#deal();
  }

  #leave(reader: Reader): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) this.#readers.splice(index, 1);
    for (const [piece, { reader: owner }] of this.#underway) if (owner === reader) this.#underway.delete(piece);
    this.#deal();
  }

  /** Asks for all that may be asked for now. */
  #deal(): void {
    this.#dealAgain = true;
    if (this.#dealing) return;
    this.#dealing = true;
    while (this.#dealAgain) {
      this.#dealAgain = false;
      for (const reader of this.#readers.slice()) if (reader.finished) this.#leave(reader);
      while (this.#dealNext());
    }
    this.#dealing = false;
  }

  /** Asks for the one piece that comes first. @returns whether there was one, and room for it */
  #dealNext(): boolean {
    for (const urgency of BY_URGENCY) {
      let refused = false;
      for (const reader of this.#ofUrgency(urgency)) {
        const dealt = this.#dealOne(reader);
        if (dealt === "asked") return true;
        refused ||= dealt === "no-room";
      }
      if (refused) return false;
    }
    return false;
  }

  /** The newest first, for it is what somebody just sought to; but downloads share alike. */
  #ofUrgency(urgency: Urgency): Reader[] {
    const readers = this.#readers.filter((reader) => reader.urgency === urgency);
    return urgency === "background" ? readers.sort((one, other) => one.underWay - other.underWay) : readers.toReversed();
  }

  #dealOne(reader: Reader): "asked" | "no-room" | "nothing" {
    const sources = this.#sourcesByLoad();
    let refused = false;
    for (const source of sources) {
      const want = this.#wantOf(reader, source);
      if (want === undefined) continue;
      refused = true;
      if (!hasRoom(source, want, reader)) continue;
      this.#ask(source, reader, want);
      return "asked";
    }
    if (!refused) return "nothing";
    return reader.urgency === "starved" && this.#takeRoomFor(reader, sources) ? "asked" : "no-room";
  }

  /** A person waits, and downloads fill the windows: takes pieces of theirs back. */
  #takeRoomFor(reader: Reader, sources: readonly RangeSource[]): boolean {
    const background = [...this.#underway.values()].filter((underway) => underway.reader.priority === "background");
    for (const source of sources) {
      const want = this.#wantOf(reader, source);
      const taken = want === undefined ? [] : takeRoom(source, want.length, background);
      for (const { reader: owner, piece } of taken) {
        this.#underway.delete(piece);
        owner.postpone(piece);
      }
      if (want === undefined || taken.length === 0 || !hasRoom(source, want, reader)) continue;
      this.#ask(source, reader, want);
      return true;
    }
    return false;
  }

  #wantOf(reader: Reader, { window }: RangeSource): Want | undefined {
    return reader.want(Math.min(window.pieceBytes, window.outstandingBytes), this.#readAheadBytes());
  }

  /** The sources that may be asked; the one that will deliver soonest first. */
  #sourcesByLoad(): RangeSource[] {
    const sources = [...this.#sources].filter((source) => source.ready && !this.#resting.has(source));
    return sources.sort((one, other) => one.outstandingBytes - other.outstandingBytes);
  }

  /** How far a reader may ask beyond what its consumer took, bytes. */
  #readAheadBytes(): number {
    let bytes = READ_BUFFER_BYTES;
    for (const source of this.#sources) bytes += source.window.outstandingBytes;
    return bytes;
  }

  #ask(source: RangeSource, reader: Reader, want: Want): void {
    const piece = reader.begin(want);
    this.#underway.set(piece, { source, reader, piece, end: want.offset + want.length });
    piece.cancel = source.request({
      offset: want.offset,
      length: want.length,
      openEnd: reader.openEnd,
      onData: (bytes) => reader.receive(piece, bytes),
      onEnd: (result) => this.#rangeEnded(source, reader, piece, result),
    });
  }

  #rangeEnded(source: RangeSource, reader: Reader, piece: Piece, result: RangeResult): void {
    this.#underway.delete(piece);
    if (result.kind === "ended" || result.kind === "past-end") {
      const dropped = result.kind === "ended" ? reader.endWith(piece) : reader.refusePastEnd(piece);
      for (const other of dropped) this.#underway.delete(other);
      this.#deal();
      return;
    }
    if (result.kind === "failed" && !(this.#patient && result.error.reason === "timeout")) {
      this.#onFailure(result.error);
      reader.cancel(result.error);
      return;
    }
    if (result.kind === "busy" || result.kind === "failed") {
      piece.busyTries += 1;
      if (!this.#patient && piece.busyTries >= MAX_BUSY_TRIES) {
        reader.cancel(new ClientError("busy", "the host serves too many ranges already"));
        return;
      }
      this.#rest(source, Math.min(MAX_BUSY_WAIT_MS, BUSY_WAIT_MS * 2 ** (piece.busyTries - 1)));
    }
    reader.giveBack(piece);
    this.#deal();
  }

  #rest(source: RangeSource, ms: number): void {
    this.#wake(source);
    if (!this.#sources.has(source)) return;
    const timer = setTimeout(() => {
      this.#resting.delete(source);
      this.#deal();
    }, ms);
    this.#resting.set(source, timer);
  }

  #wake(source: RangeSource): void {
    clearTimeout(this.#resting.get(source));
    this.#resting.delete(source);
  }
}

/** As many ranges a source as its window says; a reader of which nothing is on its way yet may have one of the other slots, so that a seek waits for nobody. */
function hasRoom(source: RangeSource, want: Want, reader: Reader): boolean {
  if (source.freeSlots < 1 || (source.liveRanges >= source.window.ranges && !reader.idle)) return false;
  return source.outstandingBytes + want.length <= source.window.outstandingBytes;
}
