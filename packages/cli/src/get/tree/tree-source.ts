/** The folder of a share as `rangecast get` needs it, over the client's reconnecting file. */
import type { FolderList, ReconnectingFile, ReconnectingResource } from "@rangecast/client";

/** A file of the folder, open at the host until it is closed. */
export type TreeFile = Pick<
  ReconnectingResource,
  "size" | "provisional" | "etag" | "modifiedMs" | "mediaType" | "stream" | "read" | "close"
>;

export interface TreeSource {
  /** Whether the host makes archives of selections. */
  readonly makesZips: boolean;
  /** @param path empty for the root @throws {ClientError} */
  readFolder(path: Uint8Array, signal: AbortSignal): Promise<FolderList>;
  /** @throws {ClientError} */
  open(path: Uint8Array, signal: AbortSignal): Promise<TreeFile>;
}

export function createTreeSource(file: Pick<ReconnectingFile, "readFolder" | "open">, makesZips: boolean): TreeSource {
  return {
    makesZips,
    readFolder: (path, signal) => file.readFolder(path, { signal }),
    open: (path, signal) => file.open(path, { signal }),
  };
}
