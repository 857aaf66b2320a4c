import { readMadePath } from "@rangecast/wire";
import { type ReadOutcome, type Resource, ResourceError, type ResourceTree } from "../resources/resource.ts";
import type { FileChange } from "../resources/file-version.ts";
import type { DownloadRefusal } from "./download-gate.ts";

/** A file of a share, for counting. */
export interface WatchedFile {
  /** The bytes of its path as Latin-1; empty for a share of one file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Counts and limits what a session reads. */
export interface ReadCounter {
  /** Why the viewer may not read the file; undefined if it may. */
  refusal(path: string): DownloadRefusal | undefined;
  /** See `DownloadGate.take`. */
  take(file: WatchedFile, start: number, end: number): Promise<DownloadRefusal | undefined>;
}

export interface WatchOptions {
  /** Called for each read of a file, and not for lists. */
  readonly onRead: (file: WatchedFile) => void;
  /** Undefined: downloads are not limited. */
  readonly counter?: ReadCounter | undefined;
  /** Called when the session's own file can't be read any further. Other files are refused alone. */
  readonly onRefused: (refusal: DownloadRefusal) => void;
}

/** What may be read of a share whose downloads are counted: nothing that contains the bytes of a file in another form, such as a zip. */
const UNCOUNTED_KINDS: ReadonlySet<string> = new Set(["list", "media", "subs"]);

/** A session's resources, which report what is read. */
export function watchTree(tree: ResourceTree, options: WatchOptions): ResourceTree {
  const { counter } = options;
  const root = tree.isFolder === true ? tree.root : watchResource(tree.root, "", options, options.onRefused);
  return {
    root,
    ...(tree.isFolder === undefined ? {} : { isFolder: tree.isFolder }),
    ...(counter === undefined ? {} : { counted: true }),
    open: async (path, signal) => {
      const made = readMadePath(path);
      if (made !== undefined) {
        const [kind = ""] = Buffer.from(made.kind).toString("latin1").split("/");
        if (counter !== undefined && !UNCOUNTED_KINDS.has(kind)) throw new ResourceError("not-found", "downloads are counted by file");
        return tree.open(path, signal);
      }
      const name = Buffer.from(path).toString("latin1");
      const refusal = counter?.refusal(name);
      if (refusal !== undefined) throw refused(refusal);
      return watchResource(await tree.open(path, signal), name, options);
    },
  };
}

function watchResource(
  resource: Resource,
  path: string,
  { counter, onRead }: WatchOptions,
  onRefused?: (refusal: DownloadRefusal) => void,
): Resource {
  const { name, size, modifiedMs, etag, mediaType } = resource;
  const file = { path, size };
  return {
    name,
    size,
    modifiedMs,
    etag,
    ...(mediaType === undefined ? {} : { mediaType }),
    read: async (offset: number, into: Uint8Array, signal?: AbortSignal): Promise<ReadOutcome> => {
      onRead(file);
      const outcome = await resource.read(offset, into, signal);
      const refusal = await counter?.take(file, offset, offset + outcome.bytes);
      if (refusal === undefined) return outcome;
      onRefused?.(refusal);
      throw refused(refusal);
    },
    checkVersion: (maxAgeMs: number): Promise<FileChange> => resource.checkVersion(maxAgeMs),
    close: () => resource.close(),
  };
}

/** A path for people. */
export function shownPath(path: string): string {
  return Buffer.from(path, "latin1").toString();
}

function refused(refusal: DownloadRefusal): ResourceError {
  return refusal === "used-up"
    ? new ResourceError("used-up", "the file was downloaded as often as allowed")
    : new ResourceError("busy", "other viewers download the file, as many as allowed");
}
