import { downloadName } from "./file-name.ts";

/*
 * The address under which a page's file can be fetched in the same browser:
 *
 *   {base}_rangecast/{clientId}/{fileId}@{version}/{name}[?download]
 *
 * The base is the page's folder: `/`, or a path that ends with one. It names its owner, so the worker needs no memory: it asks the browser for the page of that id on every request. (The fetch event's own
 * client id won't do: it is empty for a frame or a new tab.) The version changes with the file's bytes: Firefox's media cache reuses
 * bytes by address, whatever Cache-Control says. The name is for people, and for browsers that save under it.
 */

/** Everything under this path of the page's folder is ours; the server answers 404 for it, as no request gets there where the worker runs. */
export const FILE_PATH_PREFIX = "_rangecast/";

/** The session's own file. Others of its share will have ids of their own. */
export const SESSION_FILE_ID = "0";

export interface FileAddress {
  /** The service worker's id of the page that has the connection. */
  readonly clientId: string;
  readonly fileId: string;
  readonly version: string;
}

export interface FileRequestAddress extends FileAddress {
  /** Whether it is to be saved, not shown. */
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

/** Undefined for what is no file's address. @param base see {@link FileUrlOptions} */
export function parseFileUrl(url: { readonly pathname: string; readonly search: string }, base = "/"): FileRequestAddress | undefined {
  if (!url.pathname.startsWith(base)) return undefined;
  const [, clientId, fileId, version] = FILE_PATH.exec(url.pathname.slice(base.length)) ?? [];
  if (clientId === undefined || fileId === undefined || version === undefined) return undefined;
  return { clientId, fileId, version, download: url.search === DOWNLOAD_QUERY };
}
