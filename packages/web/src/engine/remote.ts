import type { ClientError, Priority } from "@rangecast/client";
import type { SelectedPath } from "@rangecast/rtc";

/** What becomes of a remote that outlasts its sessions: none stands any more, an attempt at another one failed, one stands again. */
export type RemoteNews = { readonly kind: "there" } | { readonly kind: "lost" | "failed"; readonly error: ClientError };

/** What the engine uses of a file at the host (lasting-remote.ts): a dozen lines make a fake one. */
export interface RemoteFileLike {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate: the file ends where the host says that it does. */
  readonly provisional?: true | undefined;
  readonly mediaType?: string | undefined;
  /** A strong validator; without one nobody can tell whether two connections serve the same bytes. */
  readonly etag?: string | undefined;
  /** The bytes from `start` to `end` (exclusive), or to the file's end. Errors, with a `reason`, when they can't all be had. */
  stream(options: { start: number; end?: number; signal: AbortSignal; priority?: Priority }): ReadableStream<Uint8Array>;
  path(): Promise<SelectedPath | undefined>;
  stats(): { readonly rttMs?: number | undefined };
  /** Resolves with why the connection is over. */
  readonly closed: Promise<{ readonly reason: string }>;
  close(): Promise<void>;
  /** Tells of what it goes through from now on; not of a remote that ends with its session. */
  follow?(listener: (news: RemoteNews) => void): void;
  /** The network may be another one, or somebody is impatient: see whether the host is still there. */
  networkChanged?(): void;
}

/** The literal `reason` of an expected error; undefined for anything else. */
export function reasonOf(error: unknown): string | undefined {
  const reason = error instanceof Error && "reason" in error ? error.reason : undefined;
  return typeof reason === "string" ? reason : undefined;
}
