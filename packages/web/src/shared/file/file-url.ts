/*
 * The URL under which a page's file can be fetched in the same browser:
 *
 *   {base}_rangecast/{clientId}/{fileId}@{version}/{name}[?download]
 *
 * base      the page's folder: `/`, or a path that ends with a slash
 * clientId  the page that has the file. The worker gets that page from the browser on each request and so needs no state. (The fetch event's own client
 *           id is empty for a frame or a new tab.)
 * version   changes with the file's bytes: Firefox's media cache reuses bytes by URL despite Cache-Control
 * name      for people, and for browsers that save under it
 */
import { downloadName } from "./file-name.ts";

/** The service worker serves everything under this path of the page's folder. The server responds with 404, which only browsers without the worker see. */
export const FILE_PATH_PREFIX = "_rangecast/";

/** The session's own file. Others of its share will have ids of their own. */
export const SESSION_FILE_ID = "0";

export interface FileAddress {
  /** The service worker's id for the page that has the connection. */
  readonly clientId: string;
  readonly fileId: string;
  readonly version: string;
}

export interface FileRequestAddress extends FileAddress {
  /** Whether the file is to be saved instead of shown. */
  readonly download: boolean;
}

const ID = "[\\w-]{1,64}";
const FILE_PATH = new RegExp(`^${FILE_PATH_PREFIX}(${ID})/(${ID})@(${ID})/[^/]*$`, "u");
const DOWNLOAD_QUERY = "?download";

export interface FileUrlOptions {
  /** @default false */
  readonly download?: boolean;
  /** Path of the page's folder, with a slash at the end. @default "/" */
  readonly base?: string;
}

/** The path (and query) of a file. */
export function formatFileUrl(address: FileAddress, name: string, { download = false, base = "/" }: FileUrlOptions = {}): string {
  const { clientId, fileId, version } = address;
  const query = download ? DOWNLOAD_QUERY : "";
  return `${base}${FILE_PATH_PREFIX}${clientId}/${fileId}@${version}/${encodeURIComponent(downloadName(name))}${query}`;
}

/** @param base see {@link FileUrlOptions} @returns undefined if it is not a file's URL */
export function parseFileUrl(url: { readonly pathname: string; readonly search: string }, base = "/"): FileRequestAddress | undefined {
  if (!url.pathname.startsWith(base)) return undefined;
  const [, clientId, fileId, version] = FILE_PATH.exec(url.pathname.slice(base.length)) ?? [];
  if (clientId === undefined || fileId === undefined || version === undefined) return undefined;
  return { clientId, fileId, version, download: url.search === DOWNLOAD_QUERY };
}
