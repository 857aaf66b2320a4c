/** What is shared as the local server serves it, from the disk. */
import type { ByteRange } from "@rangecast/base";
import {
  type FolderTree,
  openFile,
  openFolderTree,
  type Resource,
  ResourceError,
  type SharedContent,
  StreamError,
} from "@rangecast/daemon";
import { saveName } from "../save-name.ts";
import { type LocalContent, LocalError, type LocalFile } from "../local-server/local-content.ts";
import { folderContent } from "../local-server/folder-content.ts";
import { singleFile } from "../local-server/single-file.ts";

/** Bytes read at once: enough for a fast network, and little to hold for each reader. */
const CHUNK_BYTES = 256 * 1024;
/** How old a check of the path may be, milliseconds: as old as in a session's ranges. */
const PATH_CHECK_MS = 500;

/** Each response opens the file, and serves one version of it. */
export function sharedContent({ path, name }: { readonly path: string; readonly name: string }): LocalContent {
  return singleFile(saveName(name), async () => fileOf(await open(path), name));
}

/** A folder, or several files and folders. @throws {StreamError} */
export async function sharedFolder(content: SharedContent, name: string): Promise<LocalContent> {
  const tree: FolderTree = await openFolderTree(content);
  const root = { path: Buffer.alloc(0), kind: "folder" } as const;
  return folderContent(
    {
      name,
      list: (path, signal) => orLocalError(() => tree.list(path, signal)),
      open: async (path) => fileOf(await orLocalError(() => tree.openFile(path)), path.subarray(path.lastIndexOf("/") + 1).toString()),
    },
    root,
  );
}

function open(path: string): Promise<Resource> {
  return orLocalError(() => openFile(path));
}

async function orLocalError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ResourceError && error.reason === "not-found") throw new LocalError("not-found", error.message, { cause: error });
    if (!(error instanceof StreamError || error instanceof ResourceError)) throw error;
    throw new LocalError("unavailable", "it is gone, or can't be read on the computer that shares it", { cause: error });
  }
}

function fileOf(resource: Resource, name: string): LocalFile {
  const { size, etag, mediaType } = resource;
  return {
    name,
    size,
    etag,
    mediaType,
    read: (range, signal) => readRange(resource, range, signal),
    close: () => resource.close(),
  };
}

/** @throws {LocalError} `changed`: what follows would be of another version */
async function* readRange(resource: Resource, { start, end }: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end;) {
    signal.throwIfAborted();
    const into = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
    const { bytes, change } = await resource.read(at, into);
    const known = change === "same" || change === "grown" ? await resource.checkVersion(PATH_CHECK_MS) : change;
    // A file that grew still begins with the announced bytes.
    if (known !== "same" && known !== "grown") throw new LocalError("changed", `the file changed (${known})`);
    if (bytes < into.byteLength) throw new LocalError("changed", "the file became shorter");
    yield into;
    at += bytes;
  }
}
