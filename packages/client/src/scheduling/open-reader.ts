import type { ByteRange } from "@rangecast/base";
import { ClientError } from "../client-error.ts";
import { type ReadTarget, SESSION_FILE } from "./read-target.ts";
import type { Priority, Reader, ReaderRange } from "./reader.ts";
import type { Scheduler } from "./scheduler.ts";

/** What is known of a resource's size. */
export interface SizeFacts {
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate: the host reports the end when it is reached (C-17). */
  readonly provisional?: true;
}

export interface ReaderOptions extends Partial<ByteRange> {
  readonly priority?: Priority;
  /** @default the session's file */
  readonly target?: ReadTarget;
}

/**
 * Opens a reader of a resource. If the size is provisional, a range with an `end` fails unless all of it exists, and a range without one reads to the end
 * that the host reports. A range outside the file gives a reader that fails with `out-of-range`, so that a stream can be returned in every case.
 * @throws a RangeError if start or end isn't an integer
 */
export function openReader(scheduler: Scheduler, file: SizeFacts, { priority, target = SESSION_FILE, ...range }: ReaderOptions): Reader {
  try {
    return scheduler.open(readerRange(file, range), priority, target);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const reader = scheduler.open({ start: 0, end: 0 });
    reader.fail(error);
    return reader;
  }
}

/**
 * The end of a range without an `end` that is to be read into memory.
 * @throws {ClientError} `unsupported` if the size is provisional: the memory needed would have no bound
 */
export function knownEnd({ size, provisional }: SizeFacts): number {
  if (provisional !== true) return size;
  throw new ClientError("unsupported", "the length of this file is not known: it can only be read as a stream, or in part");
}

function readerRange({ size, provisional }: SizeFacts, range: Partial<ByteRange>): ReaderRange {
  if (provisional !== true) return resolveRange(size, range);
  // The wire's integers are exact up to here (W-4).
  const resolved = resolveRange(Number.MAX_SAFE_INTEGER, range);
  return { ...resolved, earlyEnd: range.end === undefined ? "closes" : "fails" };
}

function resolveRange(size: number, { start = 0, end = size }: Partial<ByteRange>): ByteRange {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) throw new RangeError(`${start} to ${end} is not a range of bytes`);
  if (start < 0 || end < start || end > size)
    throw new ClientError("out-of-range", `bytes ${start} to ${end} are not in a file of ${size}`);
  return { start, end };
}
