/*
 * Deals the pieces of the open readers to the lanes. The newest reader comes first: it is what somebody just sought to. A piece whose
 * lane dies comes back, and what is missing of it is asked for elsewhere.
 */
import type { ByteRange } from "./byte-range.ts";
import { ClientError } from "./client-error.ts";
import { type RangeLane, type RangeResult } from "./range-lane.ts";
import { type Piece, Reader, type Want } from "./reader.ts";

/**
 * High-water mark of a reader, bytes: so many may lie here, come and not taken, besides what may be outstanding on the lanes. Enough
 * that a consumer which takes a breath doesn't idle the path; little beside what a page or a process uses anyway.
 */
export const READ_BUFFER_BYTES: number = 1024 * 1024;

/** How often an agent may have no place for a piece before its reader fails. With the waits below, and the 5 s that an agent waits itself, over half a minute. */
export const MAX_BUSY_TRIES = 6;

/** First wait after a status 1, milliseconds; doubled each time. */
export const BUSY_WAIT_MS = 200;

/** Longest wait after a status 1, milliseconds. */
export const MAX_BUSY_WAIT_MS = 3000;

export class Scheduler {
  readonly #lanes = new Set<RangeLane>();
  /** Newest last. */
  readonly #readers: Reader[] = [];
  /** Lanes whose agent had no place: nothing is asked of them until the timer fires. */
  readonly #resting = new Map<RangeLane, ReturnType<typeof setTimeout>>();
  #ended: ClientError | undefined;
  #dealing = false;
  #dealAgain = false;

  /** Readers that are open. */
  get readers(): number {
    return this.#readers.length;
  }

  /** A reader of a range that is in the file. Nothing is asked for until its first take. */
  open(range: ByteRange): Reader {
    const reader = new Reader(
      range,
      () => this.#take(reader),
      () => this.#leave(reader),
    );
    if (this.#ended !== undefined) reader.fail(this.#ended);
    return reader;
  }

  addLane(lane: RangeLane): void {
    this.#lanes.add(lane);
    lane.onRoom = () => this.#deal();
    this.#deal();
  }

  /** Deals nothing more to the lane. What it still had comes back when it ends. */
  removeLane(lane: RangeLane): void {
    if (!this.#lanes.delete(lane)) return;
    lane.onRoom = undefined;
    this.#wake(lane);
    this.#deal();
  }

  /** There is no lane any more, and none will come: every reader fails, now and from now on. */
  end(error: ClientError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const lane of this.#resting.keys()) this.#wake(lane);
    for (const reader of this.#readers.splice(0)) reader.fail(error);
  }

  #take(reader: Reader): void {
    if (!this.#readers.includes(reader) && !reader.failed && !reader.finished) this.#readers.push(reader);
    this.#deal();
  }

  #leave(reader: Reader): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) this.#readers.splice(index, 1);
    this.#deal();
  }

  /** Asks for all that may be asked for now. */
  #deal(): void {
    this.#dealAgain = true;
    if (this.#dealing) return;
    this.#dealing = true;
    while (this.#dealAgain) {
      this.#dealAgain = false;
      for (const reader of this.#readers.toReversed()) {
        if (reader.finished) this.#leave(reader);
        else while (this.#dealOne(reader));
      }
    }
    this.#dealing = false;
  }

  #dealOne(reader: Reader): boolean {
    for (const lane of this.#lanesByLoad()) {
      const { window } = lane;
      const want = reader.want(Math.min(window.pieceBytes, window.outstandingBytes), this.#readAheadBytes());
      if (want === undefined || !hasRoom(lane, want, reader)) continue;
      this.#ask(lane, reader, want);
      return true;
    }
    return false;
  }

  /** The lanes that may be asked; the one that will deliver soonest first. */
  #lanesByLoad(): RangeLane[] {
    const lanes = [...this.#lanes].filter((lane) => lane.ready && !this.#resting.has(lane));
    return lanes.sort((one, other) => one.outstandingBytes - other.outstandingBytes);
  }

  /** How far a reader may ask beyond what its consumer took, bytes. */
  #readAheadBytes(): number {
    let bytes = READ_BUFFER_BYTES;
    for (const lane of this.#lanes) bytes += lane.window.outstandingBytes;
    return bytes;
  }

  #ask(lane: RangeLane, reader: Reader, want: Want): void {
    const piece = reader.begin(want);
    piece.cancel = lane.request({
      offset: want.offset,
      length: want.length,
      onData: (bytes) => reader.receive(piece, bytes),
      onEnd: (result) => this.#rangeEnded(lane, reader, piece, result),
    });
  }

  #rangeEnded(lane: RangeLane, reader: Reader, piece: Piece, result: RangeResult): void {
    if (result.kind === "failed") {
      reader.cancel(result.error);
      return;
    }
    if (result.kind === "busy") {
      piece.busyTries += 1;
      if (piece.busyTries >= MAX_BUSY_TRIES) {
        reader.cancel(new ClientError("busy", "the host serves too many ranges already"));
        return;
      }
      this.#rest(lane, Math.min(MAX_BUSY_WAIT_MS, BUSY_WAIT_MS * 2 ** (piece.busyTries - 1)));
    }
    reader.giveBack(piece);
    this.#deal();
  }

  #rest(lane: RangeLane, ms: number): void {
    this.#wake(lane);
    const timer = setTimeout(() => {
      this.#resting.delete(lane);
      this.#deal();
    }, ms);
    this.#resting.set(lane, timer);
  }

  #wake(lane: RangeLane): void {
    clearTimeout(this.#resting.get(lane));
    this.#resting.delete(lane);
  }
}

/** As many ranges a lane as its window says; a reader of which nothing is on its way yet may have one of the other places, so that a seek waits for nobody. */
function hasRoom(lane: RangeLane, want: Want, reader: Reader): boolean {
  if (lane.freePlaces < 1 || (lane.liveRanges >= lane.window.ranges && !reader.idle)) return false;
  return lane.outstandingBytes + want.length <= lane.window.outstandingBytes;
}
