/** The host's file as `rangecast get` needs it, over the client's reconnecting file. */
import type { FileVersion } from "@rangecast/client";
import { openLink, type OpenLinkOptions } from "../remote/open-link.ts";

/** What the host announces of its file. The name is untrusted. */
export type RemoteVersion = Pick<FileVersion, "name" | "size" | "provisional" | "etag" | "mediaType">;

export interface RemoteSource {
  readonly version: RemoteVersion;
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
    stream: (range) => file.stream({ ...range, version: version.id, priority: "background" }),
    path: () => file.path(),
    close,
  };
}
