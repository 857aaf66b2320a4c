import type { FileHandle } from "node:fs/promises";

/**
 * Bytes between two waits for the disk. After a loss of power at most so many at the end of the file may not be what they seem, so at most so many are
 * fetched again; a disk writes them in well under a second.
 */
export const SYNC_BYTES: number = 32 * 1024 * 1024;
/** How often the folder is looked at, milliseconds: whoever takes the file away should not fetch for hours into nothing. */
const LOOK_MS = 1000;
/** Read at once when what is there is read again, bytes. */
const READ_BYTES = 1024 * 1024;

type Handle = Pick<FileHandle, "write" | "read" | "datasync" | "truncate" | "stat" | "close">;

/** The part was moved or deleted by somebody while it was written. */
export class PartGoneError extends Error {
  override readonly name = "PartGoneError";
}

/**
 * The part of a file that has come: the file's own length says how much that is, for bytes are written strictly in order. One process writes it at a
 * time (claim-part.ts); each byte is written at its own place, so that even two would write the same.
 */
export class PartFile {
  readonly #handle: Handle;
  #length: number;
  /** Up to here it is on the disk for certain. */
  #synced: number;
  #lookedMs: number;
  #closed = false;

  /** @param length bytes that are there and can be trusted */
  constructor(handle: Handle, length: number) {
    this.#handle = handle;
    this.#length = length;
    this.#synced = length;
    this.#lookedMs = performance.now();
  }

  /** Bytes that are there. */
  get length(): number {
    return this.#length;
  }

  /** Puts the next bytes behind those that are there. @throws the system's error; {@link PartGoneError} */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.byteLength;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.byteLength - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
    if (this.#length - this.#synced >= SYNC_BYTES) await this.sync();
    if (performance.now() - this.#lookedMs >= LOOK_MS) await this.#look();
  }

  /** Waits until all is on the disk. What a disk failed to take is cut off again: nobody knows what it holds. @throws the system's error */
  async sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      await this.#cutTo(this.#synced);
      throw error;
    }
    this.#synced = this.#length;
  }

  /** Hands out what is there, in order. @throws the system's error */
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

  /** Lets go of the file, which stays as it is. Idempotent. */
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
      // The disk takes nothing any more, not even this: the error that led here says so.
    }
  }

  async #look(): Promise<void> {
    this.#lookedMs = performance.now();
    if ((await this.#handle.stat()).nlink === 0) throw new PartGoneError("it was deleted meanwhile");
  }
}

/**
 * How many bytes of a part can be trusted. A program that was killed leaves what it wrote; a machine that lost power may leave a file that is longer
 * than what reached the disk, on file systems that write lengths first. So where the machine was started since, the last {@link SYNC_BYTES} don't count.
 */
export function trustedLength({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }, startedMs: number): number {
  return mtimeMs < startedMs ? Math.max(0, size - SYNC_BYTES) : size;
}
