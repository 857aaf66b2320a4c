/** The file of a link as the local server serves it. */
import { randomBytes } from "node:crypto";
import { withDeadline } from "@rangecast/base";
import { ClientError, type FileVersion, type ReconnectingFile } from "@rangecast/client";
import { saveName } from "../save-name.ts";
import { type LocalContent, LocalError, type LocalFile } from "../local-server/local-content.ts";
import { singleFile } from "../local-server/single-file.ts";

/** How long a request waits for the next version after the file changed on the host, milliseconds: shorter than players wait for a response. */
const VERSION_PATIENCE_MS = 20_000;
/** Random bytes of an entity tag, so that the tags of two runs differ. */
const RUN_BYTES = 6;

/** @param first the version when it was opened; its name is part of the address, which doesn't change */
export function remoteContent(file: ReconnectingFile, first: FileVersion): LocalContent {
  const run = randomBytes(RUN_BYTES).toString("base64url");
  return singleFile(saveName(first.name), async (signal) => localFile(file, await currentVersion(file, signal), run));
}

async function currentVersion(file: ReconnectingFile, signal: AbortSignal): Promise<FileVersion> {
  if (file.version !== undefined) return file.version;
  const late = (): LocalError => new LocalError("unavailable", "the host has not announced the file again yet");
  try {
    return await withDeadline(VERSION_PATIENCE_MS, signal, late, (limited) => file.opened(limited));
  } catch (error) {
    if (error instanceof ClientError) throw new LocalError("unavailable", error.message, { cause: error });
    throw error;
  }
}

/** The tag is our own: the host's text is not trusted. An id names the same bytes as long as this program runs. */
function localFile(file: ReconnectingFile, { id, name, size, provisional, mediaType }: FileVersion, run: string): LocalFile {
  return {
    name,
    size,
    provisional,
    mediaType,
    etag: provisional === true ? undefined : `"${run}-${id}"`,
    read: ({ start, end }, signal) =>
      file.stream({ start, ...(end === Infinity ? {} : { end }), version: id, priority: "interactive", signal }),
    close: () => Promise.resolve(),
  };
}
