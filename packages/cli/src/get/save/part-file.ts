import type { FileHandle } from "node:fs/promises";

/**
 * Bytes between two syncs. After a power loss, at most this many bytes at the end of the file may be invalid and must be downloaded again. A disk writes
 * them in well under a second.
 */
export const SYNC_BYTES: number = 32 * 1024 * 1024;
/** How often to check that the file still exists, milliseconds: a download must not continue into a deleted file. */
const CHECK_MS = 1000;
/**
 * Bytes that are collected for one write. A connection delivers 16 KiB at a time, and a write costs about as much for 16 KiB as for 256. They are lost if the
 * process is killed, and fetched again.
 */
export const WRITE_BYTES: number = 256 * 1024;
/** Longest time that bytes are collected, milliseconds: on a slow path little is lost, and the file grows visibly. */
const WRITE_MS = 100;
/** Read at once by readBack, bytes. */
const READ_BYTES = 1024 * 1024;

type Handle = Pick<FileHandle, "writev" | "read" | "datasync" | "truncate" | "stat" | "close">;

/** The part was moved, deleted or shortened during the download. */
export class PartGoneError extends Error {
  override readonly name = "PartGoneError";
}

/**
 * The downloaded part of a file. Bytes are written strictly in order, so the length of the file on the disk is the position to continue at, whenever the
 * process ends. Only one process writes it at a time (claim-part.ts). Each byte is written at its own position, so even two processes would write the same
 * content.
 */
export class PartFile {
  readonly #handle: Handle;
  /** Bytes in the file. */
  #length: number;
  /** Bytes to be written after them. */
  #collected: Uint8Array[] = [];
  #collectedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The write that is under way. */
  #writing: Promise<void> | undefined;
  /** Why a write failed that nobody waited for. */
  #failure: { readonly error: unknown } | undefined;
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

  /** Bytes present, and those that are collected for the next write. */
  get length(): number {
    return this.#length + this.#collectedBytes;
  }

  /**
   * Appends bytes, which must not be changed afterwards. They are in the file after {@link WRITE_MS}, or as soon as there are enough for a write.
   * @throws the system's error, also that of an earlier write; {@link PartGoneError}
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#throwFailure();
    this.#collected.push(bytes);
    this.#collectedBytes += bytes.byteLength;
    if (this.#collectedBytes >= WRITE_BYTES) await this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush().catch((error: unknown) => (this.#failure = { error })), WRITE_MS);
    // One more write must not exceed what trustedLength distrusts.
    if (this.#length - this.#synced > SYNC_BYTES - WRITE_BYTES) await this.sync();
    if (performance.now() - this.#checkedMs >= CHECK_MS) await this.#checkExists();
  }

  /** Waits until all bytes are on the disk. If that fails, the bytes since the last sync are removed, because they may be invalid. @throws the system's error */
  async sync(): Promise<void> {
    this.#throwFailure();
    await this.#flush();
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
    await this.#flush();
    const buffer = new Uint8Array(READ_BYTES);
    for (let at = 0; at < this.#length;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(READ_BYTES, this.#length - at), at);
      if (bytesRead === 0) throw new PartGoneError("it is shorter than it was");
      take(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** Closes the file, without the bytes that sync() has not written. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing?.catch(() => {});
    await this.#handle.close();
  }

  /** Writes the collected bytes, one write after another. @throws the system's error; what was not written is dropped */
  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#collectedBytes > 0) {
      this.#writing ??= this.#writeCollected().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }

  async #writeCollected(): Promise<void> {
    try {
      const { bytesWritten } = await this.#handle.writev(this.#collected.slice(), this.#length);
      this.#length += bytesWritten;
      this.#collectedBytes -= bytesWritten;
      this.#collected = withoutFirst(this.#collected, bytesWritten);
    } catch (error) {
      this.#collected = [];
      this.#collectedBytes = 0;
      throw error;
    }
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
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

/** The bytes after the first `count` ones. */
function withoutFirst(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    const used = Math.min(left, piece.byteLength);
    left -= used;
    if (used < piece.byteLength) rest.push(piece.subarray(used));
  }
  return rest;
}

/**
 * How many bytes of a part are valid. A killed process leaves what it wrote. After a power loss, on file systems that write lengths first, a file may be
 * longer than the data that reached the disk; so if the machine booted since, the last {@link SYNC_BYTES} don't count.
 * @param startedMs when the machine booted, milliseconds since 1970
 */
export function trustedLength({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }, startedMs: number): number {
  return mtimeMs < startedMs ? Math.max(0, size - SYNC_BYTES) : size;
}
