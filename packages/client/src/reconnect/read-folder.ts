import { decodeList, type FolderList, listPath, MAX_PATH_BYTES, WireError } from "@rangecast/wire";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import { isFolder } from "../session/file-facts.ts";
import type { ReconnectingFile, ReconnectingResource } from "./reconnecting-file.ts";

/** Longest list that is read, bytes: the host chooses its length. The daemon's longest one has 200,000 entries, of about 100 bytes each. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** How often a list is opened in all, if that may help. */
const TRIES = 3;

/** The list is another one in the session that follows, or the host didn't get to it within seconds. */
const AGAIN: ReadonlySet<ClientErrorReason> = new Set(["file-changed", "busy"]);

/** See {@link ReconnectingFile.readFolder}. */
export async function readFolder(
  file: Pick<ReconnectingFile, "opened" | "open">,
  path: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<FolderList> {
  const options = signal === undefined ? {} : { signal };
  if (!isFolder(await file.opened(signal))) throw new ClientError("unsupported", "the host shares no folder");
  const listed = listPath(path);
  if (listed.byteLength > MAX_PATH_BYTES) throw new ClientError("unsupported", "the folder's path is too long");
  for (let left = TRIES; ; left -= 1) {
    let list: ReconnectingResource | undefined;
    try {
      list = await file.open(listed, options);
      return decode(await readWhole(list, options));
    } catch (error) {
      if (!(error instanceof ClientError) || !AGAIN.has(error.reason) || left === 1) throw error;
    } finally {
      list?.close();
    }
  }
}

async function readWhole(list: ReconnectingResource, options: { readonly signal?: AbortSignal }): Promise<Uint8Array> {
  if (list.provisional === true) throw new ClientError("protocol-error", "the host states no size for a list");
  if (list.size > MAX_LIST_BYTES) throw new ClientError("unsupported", `the list of the folder is longer than ${MAX_LIST_BYTES} bytes`);
  return list.read(options);
}

function decode(bytes: Uint8Array): FolderList {
  try {
    return decodeList(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ClientError("protocol-error", error.message, { cause: error });
  }
}
