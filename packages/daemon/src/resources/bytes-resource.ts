import { etagHash, etagOfHash } from "./etag.ts";
import type { FileChange } from "./file-version.ts";
import type { ReadOutcome, Resource } from "./resource.ts";

export interface BytesResourceOptions {
  readonly name: string;
  readonly modifiedMs: number;
  readonly mediaType?: string;
  /** Called once, when it is closed and its bytes are free. */
  readonly onClose?: () => void;
}

/** Bytes in memory as a resource. It never changes, and its etag is a hash of the bytes. */
export class BytesResource implements Resource {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly mediaType?: string;
  readonly #onClose: (() => void) | undefined;
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array, { name, modifiedMs, mediaType, onClose }: BytesResourceOptions) {
    this.#bytes = bytes;
    this.name = name;
    this.size = bytes.byteLength;
    this.modifiedMs = modifiedMs;
    this.etag = etagOfHash(etagHash(bytes));
    if (mediaType !== undefined) this.mediaType = mediaType;
    this.#onClose = onClose;
  }

  read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    const part = this.#bytes?.subarray(offset, offset + into.byteLength) ?? new Uint8Array(0);
    into.set(part);
    return Promise.resolve({ bytes: part.byteLength, change: "same" });
  }

  checkVersion(): Promise<FileChange> {
    return Promise.resolve("same");
  }

  close(): Promise<void> {
    if (this.#bytes !== undefined) {
      this.#bytes = undefined;
      this.#onClose?.();
    }
    return Promise.resolve();
  }
}
