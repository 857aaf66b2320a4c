/*
 * The bytes of a range: first what the page still has, then what the host sends, over as many connections as it takes.
 */
import { type ByteRange, isOpenEnded } from "../../shared/byte-range.ts";
import { reasonOf, type RemoteFileLike } from "../remote.ts";
import { chunksOf } from "./chunks.ts";
import type { FileHolder, FileVersion } from "./file-holder.ts";
import { SourceError } from "./source-error.ts";

export interface ReadOptions {
  readonly holder: FileHolder;
  readonly version: FileVersion;
  readonly range: ByteRange;
  /** Somebody waits for it, and may ask twice: what comes is kept. Not so for downloads, which give way to who waits. */
  readonly remember: boolean;
  readonly signal: AbortSignal;
}

/** Reasons for which a stream ends although the file is well: the next connection goes on where this one stopped. */
const CONNECTION_REASONS: ReadonlySet<string> = new Set([
  "closed",
  "timeout",
  "no-connection",
  "busy",
  "host-offline",
  "host-stopped",
  "relay-unreachable",
]);

/**
 * Exactly the range's bytes, in order, or an error. An open-ended range goes to the end that the host says, and nothing of it is kept: from what is kept
 * nobody could tell where the file ends.
 * @throws {SourceError} when they can't be had; the signal's reason when it aborts
 */
export async function* readFile(options: ReadOptions): AsyncGenerator<Uint8Array, void, void> {
  const { version, range, signal } = options;
  const remember = options.remember && !isOpenEnded(range);
  const kept = isOpenEnded(range) ? [] : version.cache.take(range.start, range.end);
  let at = range.start;
  for (const bytes of kept) {
    yield bytes;
    at += bytes.byteLength;
  }
  for await (const bytes of readRemote(options, at)) {
    signal.throwIfAborted();
    if (remember) version.cache.put(at, bytes);
    yield bytes;
    at += bytes.byteLength;
  }
}

async function* readRemote(
  { holder, version, range, remember, signal }: ReadOptions,
  from: number,
): AsyncGenerator<Uint8Array, void, void> {
  let at = from;
  let worn: RemoteFileLike | undefined;
  while (at < range.end) {
    const remote: RemoteFileLike = await holder.remote(version, worn, signal);
    try {
      for await (const bytes of chunksOf(
        remote.stream({
          start: at,
          ...(isOpenEnded(range) ? {} : { end: range.end }),
          signal,
          priority: remember ? "interactive" : "background",
        }),
        signal,
      )) {
        if (at + bytes.byteLength > range.end) throw new SourceError("broken", "the host sent more than it was asked for");
        at += bytes.byteLength;
        yield bytes;
      }
      if (isOpenEnded(range)) return;
      if (at < range.end) throw new SourceError("broken", "the host sent less than it was asked for");
    } catch (error) {
      signal.throwIfAborted();
      const reason = reasonOf(error);
      if (reason === undefined || error instanceof SourceError) throw error;
      if (reason === "file-changed") throw new SourceError("gone", "the file changed", { cause: error });
      if (reason === "file-gone") throw new SourceError("gone", "the file is gone at the host", { cause: error });
      if (!CONNECTION_REASONS.has(reason)) throw new SourceError("broken", `the host can't serve it: ${reason}`, { cause: error });
      worn = remote;
    }
  }
}
