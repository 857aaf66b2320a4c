import { crc32 } from "node:zlib";
import type { ByteRange } from "@rangecast/base";
import { combineCrcs } from "./crc-combine.ts";

/** Maximum number of spans of one file. Pieces that run side by side need a few; more come only from a reader that jumps about. */
export const MAX_SPANS = 64;

interface Span {
  readonly start: number;
  end: number;
  crc: number;
}

/** What is known of the CRC-32 of one file: the CRCs of spans of it, which grow and join as bytes are read in any order. */
export class CrcSpans {
  readonly #size: number;
  /** In order, with gaps between them. */
  readonly #spans: Span[] = [];

  /** @param size bytes of the file, more than 0 */
  constructor(size: number) {
    this.#size = size;
  }

  /** The CRC of the whole file; undefined while parts are missing. */
  get crc(): number | undefined {
    const prefix = this.prefix;
    return prefix.bytes === this.#size ? prefix.crc : undefined;
  }

  /** The CRC of the bytes from the start of the file up to the first gap. */
  get prefix(): { readonly bytes: number; readonly crc: number } {
    const [first] = this.#spans;
    return first?.start === 0 ? { bytes: first.end, crc: first.crc } : { bytes: 0, crc: 0 };
  }

  /** The parts of a range, by default of the file, whose bytes are in no span. */
  gaps(start: number = 0, end: number = this.#size): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = start;
    for (const span of this.#spans) {
      if (span.end <= at) continue;
      if (span.start >= end) break;
      if (span.start > at) gaps.push({ start: at, end: span.start });
      at = span.end;
    }
    if (at < end) gaps.push({ start: at, end });
    return gaps;
  }

  /** Takes the prefix that was known when the file was read before. Only for a file of which nothing is known yet. */
  start(bytes: number, crc: number): void {
    if (this.#spans.length === 0 && bytes > 0 && bytes <= this.#size) this.#spans.push({ start: 0, end: bytes, crc });
  }

  /** Takes bytes that were read. Those that are known already are skipped. */
  add(offset: number, bytes: Uint8Array): void {
    for (const gap of this.gaps(offset, offset + bytes.byteLength)) {
      this.#insert(gap, bytes.subarray(gap.start - offset, gap.end - offset));
    }
  }

  #insert({ start, end }: ByteRange, bytes: Uint8Array): void {
    const next = this.#spans.findIndex((span) => span.start >= end);
    const index = next === -1 ? this.#spans.length : next;
    const before = this.#spans[index - 1];
    if (before?.end === start) {
      before.crc = crc32(bytes, before.crc);
      before.end = end;
      this.#join(index - 1);
      return;
    }
    // The first span of the file is always taken, so that a file that is read from its start to its end gets its CRC.
    if (this.#spans.length >= MAX_SPANS && start > 0) return;
    this.#spans.splice(index, 0, { start, end, crc: crc32(bytes) });
    this.#join(index);
  }

  /** Joins a span with the next one, if that begins where it ends. */
  #join(index: number): void {
    const span = this.#spans[index];
    const next = this.#spans[index + 1];
    if (span === undefined || next?.start !== span.end) return;
    span.crc = combineCrcs(span.crc, next.crc, next.end - next.start);
    span.end = next.end;
    this.#spans.splice(index + 1, 1);
  }
}
