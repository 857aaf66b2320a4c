import { BASE_RANGES } from "@rangecast/wire";
import { type CancelRange, type RangeSource, type RangeRequest, type RangeResult } from "../channel/range-source.ts";
import { fixedWindow } from "./fixed-window.ts";
import type { Window } from "../window/window.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

/** A range of a fake source, which the test serves. */
export class FakeRange {
  readonly request: RangeRequest;
  received = 0;
  readonly #source: FakeRangeSource;
  readonly #leave: () => void;

  constructor(request: RangeRequest, source: FakeRangeSource, leave: () => void) {
    this.request = request;
    this.#source = source;
    this.#leave = leave;
  }

  get missing(): number {
    return this.request.length - this.received;
  }

  /** Delivers its next bytes. */
  data(length: number = this.missing): void {
    const start = this.request.offset + this.received;
    this.received += length;
    this.#source.receivedBytes += length;
    this.request.onData(this.#source.content(start, start + length, this.request.handle));
  }

  end(result: RangeResult = { kind: "done" }): void {
    this.#leave();
    this.request.onEnd(result);
  }

  /** Delivers all of it. */
  serve(): void {
    if (this.missing > 0) this.data();
    this.end();
  }
}

/** A range source that the test serves. It throws if the scheduler breaks the source's rules. */
export class FakeRangeSource implements RangeSource {
  readonly window: Window;
  ready = true;
  onCapacity: (() => void) | undefined;
  readonly ranges: FakeRange[] = [];
  /** All requests so far. */
  readonly asked: RangeRequest[] = [];
  cancelled = 0;
  receivedBytes = 0;
  /** The bytes of what it serves. */
  content: (start: number, end: number, handle: number) => Uint8Array = patternBytes;
  /** Number of slots held by cancelled ranges. */
  held = 0;
  /** Whether cancelled ranges keep their slot until {@link confirm}. */
  holdsSlots = false;

  constructor(window: Window = fixedWindow({ outstandingBytes: 400, pieceBytes: 100 })) {
    this.window = window;
  }

  readonly slots: number = BASE_RANGES;

  get liveRanges(): number {
    return this.ranges.length;
  }

  get freeSlots(): number {
    return this.slots - this.ranges.length - this.held;
  }

  get outstandingBytes(): number {
    return this.ranges.reduce((sum, range) => sum + range.missing, 0);
  }

  request(request: RangeRequest): CancelRange {
    if (!this.ready || this.freeSlots < 1) throw new Error("a fifth range, or a range of a source that isn't ready");
    if (!(request.length >= 1)) throw new Error(`a range of ${request.length} bytes`);
    if (this.outstandingBytes + request.length > this.window.outstandingBytes) throw new Error("more bytes than the window holds");
    const range = new FakeRange(request, this, () => this.#remove(range));
    this.ranges.push(range);
    this.asked.push(request);
    return () => {
      if (!this.#remove(range)) return;
      this.cancelled += 1;
      if (this.holdsSlots) this.held += 1;
    };
  }

  /** Frees the slots of cancelled ranges. */
  confirm(): void {
    this.held = 0;
    this.onCapacity?.();
  }

  /** Ends the source, as a real one would end. */
  die(): void {
    this.ready = false;
    for (const range of this.ranges.slice()) range.end({ kind: "lost" });
    this.onCapacity?.();
  }

  #remove(range: FakeRange): boolean {
    const index = this.ranges.indexOf(range);
    if (index >= 0) this.ranges.splice(index, 1);
    return index >= 0;
  }
}
