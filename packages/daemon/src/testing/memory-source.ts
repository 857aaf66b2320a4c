import type { Resource, ReadOutcome } from "../resources/resource.ts";
import type { FileChange } from "../resources/file-version.ts";

/** A file in memory, whose reads and changes the test controls. */
export class MemorySource implements Resource {
  readonly name = "film.mp4";
  readonly modifiedMs = 1_700_000_000_000;
  readonly etag = '"v1"';
  readonly mediaType = "video/mp4";
  readonly size: number;
  bytes: Uint8Array;
  change: FileChange = "same";
  /** The change that each read reports. */
  readChange: FileChange = "same";
  /** Reads wait for this. */
  gate: Promise<void> = Promise.resolve();
  readError: Error | undefined;
  reads = 0;
  readsInProgress = 0;
  closed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    this.reads += 1;
    this.readsInProgress += 1;
    await this.gate;
    this.readsInProgress -= 1;
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
