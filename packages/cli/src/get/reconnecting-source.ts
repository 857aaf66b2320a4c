/** The host's file as `rangecast get` needs it, over the client's reconnecting file. */
import { type FileVersion, isFolder } from "@rangecast/client";
import { openLink, type OpenLinkOptions } from "../remote/open-link.ts";
import { settableTime } from "./place/local-folder.ts";
import { pathText, splitPath } from "./tree/tree-path.ts";
import { createTreeSource, type TreeSource } from "./tree/tree-source.ts";

/** What the host announces of its file. The name is untrusted. */
export type RemoteVersion = Pick<FileVersion, "name" | "size" | "provisional" | "etag" | "mediaType">;

export interface RemoteSource {
  readonly version: RemoteVersion;
  /** The folder, if the host shares one. Then the file is empty. */
  readonly tree?: TreeSource;
  /** Which file of a folder it is; absent if the share is this file. */
  readonly within?: string;
  /** Time that is kept, milliseconds since 1970. */
  readonly modifiedMs?: number;
  /**
   * The bytes from `start` to the file's end, in order, over as many connections as needed, with back-pressure. Fails with a ClientError: `file-changed` if
   * the host has another version by now, or the error with which the file ended.
   */
  stream(options: { readonly start: number; readonly signal: AbortSignal }): AsyncIterable<Uint8Array>;
  /** The network path; undefined if it isn't known. */
  path(): Promise<{ readonly kind: "direct" | "relayed" } | undefined>;
  close(): Promise<void>;
}

/** Connects, and resolves when the host has announced its file. Rejects if the first attempt fails; later failures are tried again. @throws {ClientError} */
export async function openReconnectingSource(options: OpenLinkOptions): Promise<RemoteSource> {
  const { file, version, close } = await openLink(options);
  return {
    version,
    ...(isFolder(version) ? { tree: createTreeSource(file, version.features.has("zip")) } : {}),
    stream: (range) => file.stream({ ...range, version: version.id, priority: "background" }),
    path: () => file.path(),
    close,
  };
}

/** Opens a file of a folder. Closing it doesn't close the connection. @throws {ClientError} */
export async function openPart(source: RemoteSource, tree: TreeSource, path: Buffer, signal: AbortSignal): Promise<RemoteSource> {
  const { size, provisional, etag, mediaType, modifiedMs, stream, close } = await tree.open(path, signal);
  return {
    version: {
      name: pathText(splitPath(path).name),
      size,
      ...(provisional === undefined ? {} : { provisional }),
      ...(etag === undefined ? {} : { etag }),
      ...(mediaType === undefined ? {} : { mediaType }),
    },
    within: ` ${path.toString("hex")}`,
    ...(modifiedMs === undefined ? {} : { modifiedMs: settableTime(modifiedMs).getTime() }),
    stream: (range) => stream({ ...range, priority: "background" }),
    path: () => source.path(),
    close: async () => close(),
  };
}
