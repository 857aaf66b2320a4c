import { ExpectedError } from "@rangecast/base";
import type { Logger } from "../logger.ts";
import type { FileChange } from "./file-version.ts";

/** The result of a read. */
export interface ReadOutcome {
  /** Number of bytes read; less than requested only at the end of the resource. */
  readonly bytes: number;
  /** How the resource had changed by the end of the read. After "shrunk" and "rewritten" the bytes may be of another version. */
  readonly change: FileChange;
}

/** One version of what can be read by ranges: a file, or bytes that are made. */
export interface Resource {
  /** A name for people, without a folder. */
  readonly name: string;
  /** Size when it was opened, bytes. */
  readonly size: number;
  /** Last modification when it was opened, milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Strong validator of the version that was opened. */
  readonly etag: string;
  readonly mediaType?: string;
  /**
   * Reads at `offset` until `into` is full or the resource ends, then checks whether it changed.
   * @param signal nobody waits for the bytes any more; only resources that may need long to make them heed it
   * @throws {ResourceError} `busy`: the bytes take longer to make, and are to be requested again; `used-up`; the system's error; the signal's reason
   */
  read(offset: number, into: Uint8Array, signal?: AbortSignal): Promise<ReadOutcome>;
  /**
   * How the resource and its path changed since it was opened.
   * @param maxAgeMs greatest age of a cached result, milliseconds; 0 checks now
   * @throws the system's error, if the open resource itself can't be checked
   */
  checkVersion(maxAgeMs: number): Promise<FileChange>;
  /** Waits for reads in progress, then closes. Idempotent. */
  close(): Promise<void>;
}

/** Why a path can't be opened: nothing is there, it can't be read, too much is open, or the file was downloaded as often as allowed. */
export type ResourceErrorReason = "not-found" | "unreadable" | "busy" | "used-up";

/** A path of a share can't be opened. */
export class ResourceError extends ExpectedError<ResourceErrorReason> {
  override readonly name = "ResourceError";
}

/** The resources of a session: its own, which HELLO announces, and those that are opened by their path. */
export interface ResourceTree {
  /** Handle 0. It stays open until the session ends. */
  readonly root: Resource;
  /** Whether this is the tree of a shared folder. */
  readonly isFolder?: boolean;
  /** Whether downloads of its files are counted. @default false */
  readonly counted?: boolean;
  /**
   * Opens another resource. The caller closes it.
   * @param path checked by {@link isResourcePath}
   * @param signal nobody waits for it any more
   * @throws {ResourceError}; any other error counts as unreadable, and is logged; the signal's reason
   */
  open(path: Uint8Array, signal?: AbortSignal): Promise<Resource>;
}

/** The tree of a share of one file: nothing else can be opened. */
export function singleResource(root: Resource): ResourceTree {
  return { root, open: () => Promise.reject(new ResourceError("not-found", "the share has no such file")) };
}

/** Closes a resource. A failure is logged: the end of a session must not end the daemon, and network file systems may refuse to close. Never rejects. */
export async function closeQuietly(resource: Resource, logger: Logger): Promise<void> {
  try {
    await resource.close();
  } catch (error) {
    logger.warn("a file could not be closed", { error });
  }
}

/** The name sent to viewers: the given one, or the resource's own if none or an empty one is given. */
export function displayNameOf(given: string | undefined, resource: Pick<Resource, "name">): string {
  return given === undefined || given.trim() === "" ? resource.name : given;
}
