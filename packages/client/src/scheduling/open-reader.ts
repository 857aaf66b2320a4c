import { type ByteRange, resolveRange, type SizeFacts } from "./byte-range.ts";
import { ClientError } from "../client-error.ts";
import type { Priority, Reader, ReaderRange } from "./reader.ts";
import type { Scheduler } from "./scheduler.ts";

export interface ReaderOptions extends Partial<ByteRange> {
  readonly priority?: Priority;
}

/**
 * A reader of a file. Where the size is provisional, a range with an end must be there as a whole, and one without goes to the end that the host says. A range outside the file makes one that fails, so that a stream can be given out in any case.
 * @throws a RangeError for what is no range of integers
 */
export function openReader(scheduler: Scheduler, file: SizeFacts, { priority, ...range }: ReaderOptions): Reader {
  try {
    return scheduler.open(readerRange(file, range), priority);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const reader = scheduler.open({ start: 0, end: 0 });
    reader.fail(error);
    return reader;
  }
}

/** The end of a range that names none, to be read into memory. @throws {ClientError} `unsupported` where nobody knows it: memory must have a bound */
export function knownEnd({ size, provisional }: SizeFacts): number {
  if (provisional !== true) return size;
  throw new ClientError("unsupported", "nobody knows how long this file is: it can only be read as a stream, or a part of it");
}

function readerRange({ size, provisional }: SizeFacts, range: Partial<ByteRange>): ReaderRange {
  if (provisional !== true) return resolveRange(size, range);
  // The wire's integers are exact up to here (W-4).
  const resolved = resolveRange(Number.MAX_SAFE_INTEGER, range);
  return { ...resolved, earlyEnd: range.end === undefined ? "closes" : "fails" };
}
