import type { ByteRange } from "@rangecast/base";
import { CrcSpans } from "./crc-spans.ts";
import { CrcTable } from "./crc-table.ts";
import type { ZipLayout } from "../layout/layout.ts";

/** Most files of which a part has been read: more than the ranges of a session that can be served at once. Of others, what is known is forgotten. */
const MAX_PARTIAL = 128;

/** The CRCs of the files of one archive, as far as they are known. */
export class ZipCrcs {
  readonly #layout: ZipLayout;
  readonly #crcs: Uint32Array;
  readonly #known: Uint8Array;
  /** Files that were read in part, the one that was read last at the end. */
  readonly #partial = new Map<number, CrcSpans>();
  /** Files whose CRC, or a longer prefix, is to be saved. */
  #unsaved = new Set<number>();

  /** @param saved what is known of these versions of files */
  constructor(layout: ZipLayout, saved: CrcTable) {
    this.#layout = layout;
    this.#crcs = new Uint32Array(layout.entries);
    this.#known = new Uint8Array(layout.entries);
    for (let index = 0; index < layout.entries; index += 1) {
      const prefix = saved.get(layout.keyOf(index));
      if (!layout.isFile(index) || layout.sizeOf(index) === 0) this.#known[index] = 1;
      else if (prefix?.bytes === layout.sizeOf(index)) this.#set(index, prefix.crc);
      else if (prefix !== undefined) this.#spansOf(index).start(prefix.bytes, prefix.crc);
    }
  }

  /** Undefined while parts of the file have not been read. That of a folder is 0. */
  of(index: number): number | undefined {
    return this.#known[index] === 1 ? this.#crcs[index] : undefined;
  }

  /** Number of files of which something is to be saved. */
  get unsaved(): number {
    return this.#unsaved.size;
  }

  /** The parts of a file that must be read for its CRC. */
  gaps(index: number): ByteRange[] {
    return this.#known[index] === 1 ? [] : (this.#partial.get(index)?.gaps() ?? [{ start: 0, end: this.#layout.sizeOf(index) }]);
  }

  /** Takes bytes of a file that were read. */
  note(index: number, offset: number, bytes: Uint8Array): void {
    if (this.#known[index] === 1 || bytes.byteLength === 0) return;
    const spans = this.#spansOf(index);
    const before = spans.prefix.bytes;
    spans.add(offset, bytes);
    if (spans.prefix.bytes > before) this.#unsaved.add(index);
    if (spans.crc === undefined) return;
    this.#set(index, spans.crc);
    this.#partial.delete(index);
  }

  /** What became known since the last call. */
  takeUnsaved(): CrcTable {
    const table = new CrcTable();
    for (const index of this.#unsaved) {
      const crc = this.of(index);
      const prefix = crc === undefined ? this.#partial.get(index)?.prefix : { bytes: this.#layout.sizeOf(index), crc };
      if (prefix !== undefined && prefix.bytes > 0) table.set(this.#layout.keyOf(index), prefix);
    }
    this.#unsaved = new Set();
    return table;
  }

  #set(index: number, crc: number): void {
    this.#crcs[index] = crc;
    this.#known[index] = 1;
  }

  #spansOf(index: number): CrcSpans {
    const spans = this.#partial.get(index) ?? new CrcSpans(this.#layout.sizeOf(index));
    this.#partial.delete(index);
    this.#partial.set(index, spans);
    const [oldest] = this.#partial.keys();
    if (this.#partial.size > MAX_PARTIAL && oldest !== undefined) this.#partial.delete(oldest);
    return spans;
  }
}
