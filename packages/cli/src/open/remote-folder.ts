/** The folder of a link as the local server serves it. */
import { createHash, randomBytes } from "node:crypto";
import { ClientError, type FileVersion, type ReconnectingFile, type ReconnectingResource } from "@rangecast/client";
import { CliError } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { folderContent, type FolderSource } from "../local-server/folder-content.ts";
import { type LocalContent, LocalError, type LocalFile } from "../local-server/local-content.ts";

/** Random bytes of entity tags, so that the tags of two runs differ. */
const RUN_BYTES = 6;
/** Characters of a tag's hash: enough to tell versions apart. */
const TAG_CHARACTERS = 22;

/**
 * @param path what the link leads to within the folder, if it does
 * @throws {ClientError}; CliError `not-found` if nothing is there
 */
export async function remoteFolder(
  file: ReconnectingFile,
  { name }: FileVersion,
  { path = new Uint8Array(), signal }: { readonly path?: Uint8Array | undefined; readonly signal: AbortSignal },
): Promise<LocalContent> {
  const source = createSource(file, name);
  const main = Buffer.from(path);
  return folderContent(source, { path: main, kind: await kindOf(source, main, signal) });
}

async function kindOf(source: FolderSource, path: Buffer, signal: AbortSignal): Promise<"file" | "folder"> {
  const slash = path.lastIndexOf("/");
  if (path.byteLength === 0) return "folder";
  const name = path.subarray(slash + 1);
  try {
    const { entries } = await source.list(path.subarray(0, Math.max(0, slash)), signal);
    const entry = entries.find((candidate) => name.equals(candidate.name));
    if (entry !== undefined) return entry.kind;
  } catch (error) {
    if (!(error instanceof LocalError) || error.reason !== "not-found") throw error instanceof LocalError ? error.cause : error;
  }
  throw new CliError("not-found", `The link leads to ${printable(path.toString())}, but the host's folder has nothing there any more.`);
}

function createSource(file: ReconnectingFile, name: string): FolderSource {
  const run = randomBytes(RUN_BYTES).toString("base64url");
  return {
    name,
    list: (path, signal) => orLocalError(() => file.readFolder(path, { signal })),
    open: async (path, signal) => localFile(await orLocalError(() => file.open(path, { signal })), path, run),
  };
}

/** The tag is our own: the host's text is not trusted. */
function localFile(resource: ReconnectingResource, path: Buffer, run: string): LocalFile {
  const { size, provisional, mediaType, etag } = resource;
  const tag = createHash("sha256")
    .update(path)
    .update("\0")
    .update(etag ?? "")
    .digest("base64url")
    .slice(0, TAG_CHARACTERS);
  return {
    name: path.subarray(path.lastIndexOf("/") + 1).toString(),
    size,
    provisional,
    mediaType,
    etag: etag === undefined || provisional === true ? undefined : `"${run}-${tag}"`,
    read: ({ start, end }, signal) => resource.stream({ start, ...(end === Infinity ? {} : { end }), priority: "interactive", signal }),
    close: async () => resource.close(),
  };
}

async function orLocalError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new LocalError(error.reason === "file-gone" ? "not-found" : "unavailable", error.message, { cause: error });
  }
}
