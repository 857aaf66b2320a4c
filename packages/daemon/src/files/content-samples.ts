import type { PositionedReader } from "./read-fully.ts";
import { readFully } from "./read-fully.ts";

/** Bytes of one sample: one block of a disk or less. */
const SAMPLE_BYTES = 1024;

/** Samples kept beside the fixed ones: 16 KiB a session, and 16 reads from memory each time that the file is seen to have grown. */
const MAX_SAMPLES = 16;

interface Sample {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Samples of the bytes that were read from one version of a file. The system tells an append from a longer file that was copied over the old one by
 * nothing but the content. Samples prove nothing, but two films, archives or documents agree in none of them. Kept: what {@link keep} is given, and a
 * random choice of all that {@link note} is given, each read with the same chance.
 */
export class ContentSamples {
  readonly #random: () => number;
  readonly #fixed: Sample[] = [];
  readonly #chosen: Sample[] = [];
  #noted = 0;

  /** @param random a number from 0 to 1, excluding 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Keeps the start of these bytes for good. */
  keep(offset: number, bytes: Uint8Array): void {
    this.#fixed.push(sampleOf(offset, bytes));
  }

  /** Keeps the start of these bytes, perhaps, and perhaps in the place of another sample (reservoir sampling). */
  note(offset: number, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#noted += 1;
    const place = this.#chosen.length < MAX_SAMPLES ? this.#chosen.length : Math.floor(this.#random() * this.#noted);
    if (place < MAX_SAMPLES) this.#chosen[place] = sampleOf(offset, bytes);
  }

  /** Whether the file still has each sample at its place. @throws the system's error */
  async match(reader: PositionedReader): Promise<boolean> {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    for (const { offset, bytes } of [...this.#fixed, ...this.#chosen]) {
      const there = buffer.subarray(0, bytes.byteLength);
      if ((await readFully(reader, offset, there)) < bytes.byteLength || !there.equals(bytes)) return false;
    }
    return true;
  }
}

function sampleOf(offset: number, bytes: Uint8Array): Sample {
  return { offset, bytes: Uint8Array.from(bytes.subarray(0, SAMPLE_BYTES)) };
}
