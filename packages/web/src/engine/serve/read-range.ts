import { ClientError } from "@rangecast/client";
import { type ByteRange, isOpenEnded } from "@rangecast/http";
import type { ServedResource } from "./served-tree.ts";

export interface ReadRangeOptions {
  readonly range: ByteRange;
  /** Somebody waits for the bytes, and may ask for them again: they are kept in the cache. Downloads are not, and give way to the other readers. */
  readonly remember: boolean;
  readonly signal: AbortSignal;
}

/**
 * The range's bytes, in order: first those in the cache, then those from the host. An open-ended range goes up to the end that the host reports; it bypasses
 * the cache, which doesn't know where the file ends.
 * @throws {ClientError} if a byte is missing; `aborted` when the signal aborts
 */
export async function* readRange(
  { stream, cache }: Pick<ServedResource, "stream" | "cache">,
  { range, remember, signal }: ReadRangeOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const openEnded = isOpenEnded(range);
  let at = range.start;
  for (const bytes of openEnded ? [] : cache.take(range.start, range.end)) {
    yield bytes;
    at += bytes.byteLength;
  }
  if (at === range.end) return;
  const end = openEnded ? {} : { end: range.end };
  // The signal cancels the stream, also while a read waits. (An async iterator would wait for that read; and in Safari streams can't be iterated.)
  const reader = stream({ start: at, ...end, priority: remember ? "interactive" : "background", signal }).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (remember && !openEnded) cache.put(at, read.value);
    yield read.value;
    at += read.value.byteLength;
  }
  if (!openEnded && at < range.end) throw new ClientError("protocol-error", `the range ended at byte ${at} of ${range.end}`);
}
