/** Most spans that are kept. A player makes a few dozen; a viewer that requests every second byte of a file must not fill the memory. */
const MAX_SPANS = 1024;

interface Span {
  start: number;
  end: number;
}

/** The bytes of a file that were sent, as sorted spans that don't touch. Over the cap the two nearest spans become one, so a little too much counts as sent. */
export class ByteSpans {
  readonly #spans: Span[] = [];
  #bytes = 0;

  /** Number of bytes in all spans. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the bytes from `start` up to, without, `end`. */
  add(start: number, end: number): void {
    if (end <= start) return;
    const first = this.#firstEndingAt(start);
    let last = first;
    const merged = { start, end };
    for (; last < this.#spans.length; last += 1) {
      const span = this.#spans[last];
      if (span === undefined || span.start > end) break;
      merged.start = Math.min(merged.start, span.start);
      merged.end = Math.max(merged.end, span.end);
      this.#bytes -= span.end - span.start;
    }
    this.#spans.splice(first, last - first, merged);
    this.#bytes += merged.end - merged.start;
    if (this.#spans.length > MAX_SPANS) this.#closeSmallestGap();
  }

  /** Index of the first span that ends at or after an offset, by binary search. */
  #firstEndingAt(offset: number): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.end ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #closeSmallestGap(): void {
    let [at, smallest] = [0, Infinity];
    this.#spans.forEach(({ end }, index) => {
      const gap = (this.#spans[index + 1]?.start ?? Infinity) - end;
      if (gap < smallest) [at, smallest] = [index, gap];
    });
    const [left, right] = this.#spans.slice(at, at + 2);
    if (left === undefined || right === undefined) return;
    this.#spans.splice(at, 2, { start: left.start, end: right.end });
    this.#bytes += smallest;
  }
}
