/*
 * The page's file across connections. Connections come and go; a response stays open and goes on with the next one, provided that it
 * brings the very same bytes. Whether it does, only a strong validator tells: without one, each connection brings a new version.
 */
import type { FileFacts } from "../../shared/plan-response.ts";
import { strongEntityTag } from "../../shared/entity-tag.ts";
import type { RemoteFileLike } from "../remote.ts";
import { BlockCache } from "./block-cache.ts";
import { SourceError } from "./source-error.ts";

/** One version of the file: the same bytes, whichever connection brings them. */
export interface FileVersion {
  /** Stands in the file's address. */
  readonly id: string;
  readonly facts: FileFacts;
  readonly cache: BlockCache;
}

export interface FileHolder {
  /** The version that is, or was last, there. */
  current(): FileVersion | undefined;
  /** A connection is there. Answers the version that it brings. */
  connected(remote: RemoteFileLike): FileVersion;
  /** That connection is lost; another one may come. */
  lost(remote: RemoteFileLike): void;
  /** None will come any more. */
  end(): void;
  /**
   * A connection that has this version, other than `worn`: waits for one, as long as one may come.
   * @throws {SourceError} `gone` once another version is there, `ended` once none will come; the signal's reason when it aborts
   */
  remote(version: FileVersion, worn: RemoteFileLike | undefined, signal: AbortSignal): Promise<RemoteFileLike>;
}

export function createFileHolder(): FileHolder {
  let version: FileVersion | undefined;
  let remote: RemoteFileLike | undefined;
  let ended = false;
  let count = 0;
  const waiters = new Set<() => void>();
  const changed = (): void => {
    for (const wake of waiters) wake();
  };

  const find = (wanted: FileVersion, worn: RemoteFileLike | undefined): RemoteFileLike | undefined => {
    if (wanted !== version) throw new SourceError("gone", "another version of the file is there now");
    if (ended) throw new SourceError("ended", "the file is no longer served");
    return remote === worn ? undefined : remote;
  };

  return {
    current: () => version,
    connected: (next) => {
      if (!version || !sameBytes(version.facts, next)) {
        const { name, size, provisional, mediaType, etag } = next;
        version = { id: String(++count), facts: { name, size, provisional, mediaType, etag }, cache: new BlockCache() };
      }
      remote = next;
      changed();
      return version;
    },
    lost: (which) => {
      if (remote === which) remote = undefined;
    },
    end: () => {
      ended = true;
      remote = undefined;
      changed();
    },
    remote: async (wanted, worn, signal) => {
      for (;;) {
        signal.throwIfAborted();
        const found = find(wanted, worn);
        if (found) return found;
        await nextChange(waiters, signal);
      }
    },
  };
}

function sameBytes(facts: FileFacts, next: RemoteFileLike): boolean {
  if (facts.provisional || next.provisional) return false;
  const tag = strongEntityTag(next.etag);
  return tag !== undefined && tag === strongEntityTag(facts.etag) && facts.size === next.size;
}

/** Resolves at the next change, or when `signal` aborts. */
async function nextChange(waiters: Set<() => void>, signal: AbortSignal): Promise<void> {
  let wake: () => void = () => undefined;
  try {
    await new Promise<void>((resolve) => {
      wake = resolve;
      waiters.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  } finally {
    waiters.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}
