import type { PositionedReader } from "./read-fully.ts";
import { readFully } from "./read-fully.ts";

/** Size of a sample, bytes: one disk block or less. */
const SAMPLE_BYTES = 1024;

/** Maximum number of random samples: 16 KiB per session, and 16 cached reads each time that the file has grown. */
const MAX_SAMPLES = 16;

interface Sample {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Samples of one version of a file (C-18). Only the content distinguishes an append from a longer file that was copied over the old one. Samples are not proof, but
 * two different films, archives or documents differ in nearly all of them. All samples passed to {@link keep} are kept, and of those passed to
 * {@link note} a random choice, each with the same probability.
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

  /** Keeps a sample of these bytes. */
  keep(offset: number, bytes: Uint8Array): void {
    this.#fixed.push(sampleOf(offset, bytes));
  }

  /** Keeps a sample of these bytes with a certain probability, possibly in place of another (reservoir sampling). */
  note(offset: number, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#noted += 1;
    const index = this.#chosen.length < MAX_SAMPLES ? this.#chosen.length : Math.floor(this.#random() * this.#noted);
    if (index < MAX_SAMPLES) this.#chosen[index] = sampleOf(offset, bytes);
  }

  /** Whether the file still has each sample at its offset. @throws the system's error */
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
