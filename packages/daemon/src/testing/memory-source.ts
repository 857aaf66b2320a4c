import type { FileSource, ReadOutcome } from "../files/file-source.ts";
import type { FileChange } from "../files/file-version.ts";

/** A file without a disk, whose reads and changes the test controls. */
export class MemorySource implements FileSource {
  readonly name = "film.mp4";
  readonly modifiedMs = 1_700_000_000_000;
  readonly etag = '"v1"';
  readonly mediaType = "video/mp4";
  readonly size: number;
  bytes: Uint8Array;
  change: FileChange = "same";
  /** What each read says. */
  readChange: FileChange = "same";
  /** Reads wait for this. */
  gate: Promise<void> = Promise.resolve();
  readError: Error | undefined;
  reads = 0;
  readsUnderWay = 0;
  closed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    this.reads += 1;
    this.readsUnderWay += 1;
    await this.gate;
    this.readsUnderWay -= 1;
    if (this.readError !== undefined) throw this.readError;
    const part = this.bytes.subarray(offset, offset + into.byteLength);
    into.set(part);
    return { bytes: part.byteLength, change: this.readChange };
  }

  checkVersion(): Promise<FileChange> {
    return Promise.resolve(this.change);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Bytes that tell where they stand. */
export function patternBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 7 + (index >> 16)) & 0xff;
  return bytes;
}
