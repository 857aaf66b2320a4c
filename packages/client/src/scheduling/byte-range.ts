import { ClientError } from "../client-error.ts";

export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/** A file's size, as far as it is known. */
export interface SizeFacts {
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate: the file ends where the host says that it does. */
  readonly provisional?: true;
}

/** The range of a file of `size` bytes. @throws {ClientError} `out-of-range`; a RangeError for what is no byte range at all */
export function resolveRange(size: number, { start = 0, end = size }: Partial<ByteRange>): ByteRange {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) throw new RangeError(`${start} to ${end} is no range of bytes`);
  if (start < 0 || end < start || end > size)
    throw new ClientError("out-of-range", `bytes ${start} to ${end} are not in a file of ${size}`);
  return { start, end };
}
