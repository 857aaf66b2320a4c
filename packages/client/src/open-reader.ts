import { type ByteRange, resolveRange } from "./byte-range.ts";
import { ClientError } from "./client-error.ts";
import type { Priority, Reader } from "./reader.ts";
import type { Scheduler } from "./scheduler.ts";

export interface ReaderOptions extends Partial<ByteRange> {
  readonly priority?: Priority;
}

/**
 * A reader of a file of `size` bytes. A range outside the file makes one that fails, so that a stream can be given out in any case.
 * @throws a RangeError for what is no range of integers
 */
export function openReader(scheduler: Scheduler, size: number, { priority, ...range }: ReaderOptions): Reader {
  try {
    return scheduler.open(resolveRange(size, range), priority);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const reader = scheduler.open({ start: 0, end: 0 });
    reader.fail(error);
    return reader;
  }
}
