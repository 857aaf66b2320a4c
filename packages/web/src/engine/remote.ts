import type { SelectedPath } from "@rangecast/rtc";

/** What the page uses of `@rangecast/client`'s RemoteFile: a dozen lines make a fake one. */
export interface RemoteFileLike {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType?: string | undefined;
  /** A strong validator; without one nobody can tell whether two connections serve the same bytes. */
  readonly etag?: string | undefined;
  /** The bytes from `start` to `end` (exclusive). Errors, with a `reason`, when they can't all be had. */
  stream(options: { start: number; end: number; signal: AbortSignal }): ReadableStream<Uint8Array>;
  path(): Promise<SelectedPath | undefined>;
  stats(): { readonly rttMs?: number | undefined };
  /** Resolves with why the connection is over. */
  readonly closed: Promise<{ readonly reason: string }>;
  close(): Promise<void>;
}

/** The literal `reason` of an expected error; undefined for anything else. */
export function reasonOf(error: unknown): string | undefined {
  const reason = error instanceof Error && "reason" in error ? error.reason : undefined;
  return typeof reason === "string" ? reason : undefined;
}
