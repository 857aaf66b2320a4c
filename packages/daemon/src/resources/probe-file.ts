import type { FileHandle } from "node:fs/promises";
import { StreamError } from "../daemon-error.ts";
import { type FileVersion, sameVersion, versionOf } from "./file-version.ts";
import { readFully } from "./read-fully.ts";

/** Bytes read at the start of the file: enough for every signature of media-type.ts, and one memory page. */
const HEAD_BYTES = 4096;

/** Bytes read at the end of the file. */
const TAIL_BYTES = 1024;

/** Maximum number of attempts for a file that changes while it is probed. */
const TRIES = 3;

/** The version of an open file, and its first and last bytes. */
export interface ProbedFile {
  readonly version: FileVersion;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/**
 * Takes the version of an open file and reads its start and end, because a system may report a wrong size: files in `/proc` have size 0 and some
 * content, files in `/sys` the size of a page and less content.
 * @throws {StreamError} `wrong-size`; `cannot-open` for a file that shrinks during each attempt; the system's error
 */
export async function probeFile(handle: FileHandle, path: string): Promise<ProbedFile> {
  for (let left = TRIES; ; left -= 1) {
    const version = versionOf(await handle.stat({ bigint: true }));
    const size = Number(version.size);
    const head = await readUpTo(handle, 0, Math.min(size, HEAD_BYTES));
    const tailOffset = Math.max(0, size - TAIL_BYTES);
    // One byte more than the size allows.
    const tail = await readUpTo(handle, tailOffset, size - tailOffset + 1);
    const missing = size - tailOffset - tail.byteLength;
    const settled = sameVersion(version, versionOf(await handle.stat({ bigint: true })));
    if (!settled && left > 1) continue;
    if (settled && missing > 0) {
      throw new StreamError("wrong-size", `${path} has less content than the ${size} bytes that the system reports as its size`);
    }
    if (missing > 0) throw new StreamError("cannot-open", `${path} is being rewritten by another program`);
    if (settled && size === 0 && tail.byteLength > 0) {
      throw new StreamError("wrong-size", `the system reports no size for ${path}, although it has content`);
    }
    return { version, head, tail: tail.subarray(0, size - tailOffset) };
  }
}

async function readUpTo(handle: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, await readFully(handle, offset, buffer));
}
