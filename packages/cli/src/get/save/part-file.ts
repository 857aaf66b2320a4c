import type { FileHandle } from "node:fs/promises";

/**
 * Bytes between two syncs. After a power loss, at most this many bytes at the end of the file may be invalid and must be downloaded again. A disk writes
 * them in well under a second.
 */
export const SYNC_BYTES: number = 32 * 1024 * 1024;
/** How often to check that the file still exists, milliseconds: a download must not continue into a deleted file. */
const CHECK_MS = 1000;
/** Read at once by readBack, bytes. */
const READ_BYTES = 1024 * 1024;

type Handle = Pick<FileHandle, "write" | "read" | "datasync" | "truncate" | "stat" | "close">;

/** The part was moved, deleted or shortened during the download. */
export class PartGoneError extends Error {
  override readonly name = "PartGoneError";
}

/**
 * The downloaded part of a file. Bytes are written strictly in order, so the part's length is the position to continue at. Only one process writes it at
 * a time (claim-part.ts). Each byte is written at its own position, so even two processes would write the same content.
 */
export class PartFile {
  readonly #handle: Handle;
  #length: number;
  /** Bytes that are certainly on the disk. */
  #synced: number;
  #checkedMs: number;
  #closed = false;

  /** @param length valid bytes that are present */
  constructor(handle: Handle, length: number) {
    this.#handle = handle;
    this.#length = length;
    this.#synced = length;
    this.#checkedMs = performance.now();
  }

  /** Bytes present. */
  get length(): number {
    return this.#length;
  }

  /** Appends bytes. @throws the system's error; {@link PartGoneError} */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.byteLength;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.byteLength - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
    if (this.#length - this.#synced >= SYNC_BYTES) await this.sync();
    if (performance.now() - this.#checkedMs >= CHECK_MS) await this.#checkExists();
  }

  /** Waits until all bytes are on the disk. If that fails, the bytes since the last sync are removed, because they may be invalid. @throws the system's error */
  async sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      await this.#cutTo(this.#synced);
      throw error;
    }
    this.#synced = this.#length;
  }

  /** Reads all bytes, in order. @throws the system's error; {@link PartGoneError} */
  async readBack(take: (bytes: Uint8Array) => void, signal: AbortSignal): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (let at = 0; at < this.#length;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(READ_BYTES, this.#length - at), at);
      if (bytesRead === 0) throw new PartGoneError("it is shorter than it was");
      take(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** Closes the file without changing it. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  async #cutTo(length: number): Promise<void> {
    try {
      await this.#handle.truncate(length);
      this.#length = length;
    } catch {
      // The caller throws the error of the sync.
    }
  }

  async #checkExists(): Promise<void> {
    this.#checkedMs = performance.now();
    if ((await this.#handle.stat()).nlink === 0) throw new PartGoneError("it was deleted during the download");
  }
}

/**
 * How many bytes of a part are valid. A killed process leaves what it wrote. After a power loss, on file systems that write lengths first, a file may be
 * longer than the data that reached the disk; so if the machine booted since, the last {@link SYNC_BYTES} don't count.
 * @param startedMs when the machine booted, milliseconds since 1970
 */
export function trustedLength({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }, startedMs: number): number {
  return mtimeMs < startedMs ? Math.max(0, size - SYNC_BYTES) : size;
}
