/** The shared file as the local server serves it. */
import type { ByteRange } from "@rangecast/base";
import { openFile, type Resource, StreamError } from "@rangecast/daemon";
import { saveName } from "../save-name.ts";
import { type LocalContent, LocalError, type LocalFile } from "../local-server/local-content.ts";
import { singleFile } from "../local-server/single-file.ts";

/** Bytes read at once: enough for a fast network, and little to hold for each reader. */
const CHUNK_BYTES = 256 * 1024;
/** How old a check of the path may be, milliseconds: as old as in a session's ranges. */
const PATH_CHECK_MS = 500;

/** Each response opens the file, and serves one version of it. */
export function sharedContent({ path, name }: { readonly path: string; readonly name: string }): LocalContent {
  return singleFile(saveName(name), async () => fileOf(await open(path), name));
}

async function open(path: string): Promise<Resource> {
  try {
    return await openFile(path);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
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
