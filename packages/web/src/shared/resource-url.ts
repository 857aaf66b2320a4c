/*
 * The URL under which a resource of a page's share can be fetched in the same browser:
 *
 *   {base}_rangecast/{clientId}/{share}/{resource}@{version}/{path}[?[download][&background][&etag={etag}]]
 *
 * base      the page's folder: `/`, or a path that ends with a slash
 * clientId  the page that has the connection. The worker gets that page from the browser on each request and so needs no state. (The fetch event's own
 *           client id is empty for a frame or a new tab.)
 * resource  the root of the tree that the path is in: 0, the session's file
 * version   of that root. It changes with its bytes: Firefox's media cache reuses bytes by URL despite Cache-Control
 * path      the root's own name, for people, and for browsers that save under it; or the path of another resource in its tree. So relative names in
 *           a playlist or a page resolve to resources of the same tree.
 * background  it is read to be saved by the page, so other readers come first
 * etag      of the resource: the request fails if it has another one by now, so that a reader never gets bytes of two versions
 */
import { percentDecode, percentEncode } from "@rangecast/base";
import { downloadName } from "@rangecast/http";

/** The service worker serves everything under this path of the page's folder. The server responds with 404, which only browsers without the worker see. */
export const RESOURCE_URL_PREFIX = "_rangecast/";

/** The session's file. */
export const SESSION_FILE_ID = "0";

/** The root of a tree of resources. */
export interface ResourceRoot {
  /** The service worker's id for the page that has the connection. */
  readonly clientId: string;
  /** The share's id, or {@link PLAIN_SHARE}. */
  readonly share: string;
  readonly resource: string;
  readonly version: string;
}

/** In place of a share's id, for a session of the base protocol: a page has only one. */
export const PLAIN_SHARE = "plain";

export interface ResourceRequest extends ResourceRoot {
  /** As in the URL: percent-encoded. */
  readonly path: string;
  /** Whether the resource is to be saved instead of shown. */
  readonly download: boolean;
  /** Whether other readers come first, as they do before a download. */
  readonly background?: true;
  /** The validator that the resource must have, as in the URL: percent-encoded. Undefined: any. */
  readonly etag?: string;
}

/** Longest path, bytes (PROTOCOL.md, X-8); in a URL each may take three characters. */
const MAX_PATH_BYTES = 4096;
const ID = "[\\w-]{1,64}";
const RESOURCE_URL = new RegExp(`^${RESOURCE_URL_PREFIX}(${ID})/(${ID})/(${ID})@(${ID})/(.{1,${3 * MAX_PATH_BYTES}})$`, "u");
const DOWNLOAD_FIELD = "download";
const BACKGROUND_FIELD = "background";
const ETAG_FIELD = "etag";

export interface ResourceUrlOptions {
  /** @default false */
  readonly download?: boolean;
  /** Path of the page's folder, with a slash at the end. @default "/" */
  readonly base?: string;
}

interface PathUrlOptions extends ResourceUrlOptions {
  /** See {@link ResourceRequest}. @default false */
  readonly background?: boolean;
  readonly etag?: string | undefined;
}

/** The path (and query) of a root's URL. @param name the root's name, as the host states it */
export function formatResourceUrl(root: ResourceRoot, name: string, options: ResourceUrlOptions = {}): string {
  return formatPathUrl(root, rootPath(name), options);
}

/** A validator as in a URL: with `'` as browsers write it. Lone surrogates, which can't be encoded, are left out. */
export function formatEtag(etag: string): string {
  return encodeURIComponent(etag.replaceAll(/\p{Surrogate}/gu, "")).replaceAll("'", "%27");
}

/** The path (and query) of the URL of another resource in the root's tree. @param path percent-encoded */
export function formatPathUrl(
  { clientId, share, resource, version }: ResourceRoot,
  path: string,
  { download = false, base = "/", background = false, etag }: PathUrlOptions = {},
): string {
  const fields = [
    ...(download ? [DOWNLOAD_FIELD] : []),
    ...(background ? [BACKGROUND_FIELD] : []),
    ...(etag === undefined ? [] : [`${ETAG_FIELD}=${formatEtag(etag)}`]),
  ];
  const query = fields.length === 0 ? "" : `?${fields.join("&")}`;
  return `${base}${RESOURCE_URL_PREFIX}${clientId}/${share}/${resource}@${version}/${path}${query}`;
}

/** The path, as in a URL, that means the root itself. @param name as the host states it */
export function rootPath(name: string): string {
  return encodeURIComponent(downloadName(name));
}

/** @param base see {@link ResourceUrlOptions} @returns undefined if it is not a resource's URL */
export function parseResourceUrl(url: { readonly pathname: string; readonly search: string }, base = "/"): ResourceRequest | undefined {
  if (!url.pathname.startsWith(base)) return undefined;
  const [, clientId, share, resource, version, path] = RESOURCE_URL.exec(url.pathname.slice(base.length)) ?? [];
  if (clientId === undefined || share === undefined || resource === undefined || version === undefined || path === undefined)
    return undefined;
  const fields = url.search.slice(1).split("&");
  const etag = fields.find((field) => field.startsWith(`${ETAG_FIELD}=`))?.slice(ETAG_FIELD.length + 1);
  const download = fields.includes(DOWNLOAD_FIELD);
  const background = fields.includes(BACKGROUND_FIELD) ? { background: true as const } : {};
  return { clientId, share, resource, version, path, download, ...background, ...(etag === undefined ? {} : { etag }) };
}

/**
 * The bytes of a path that is percent-encoded, as in a URL. They need not be UTF-8.
 * @returns undefined if it encodes a `/`, which would name another resource than it seems to, and if it is too long for a frame
 */
export function pathBytes(path: string): Uint8Array | undefined {
  if (/%2f/iu.test(path)) return undefined;
  const bytes = percentDecode(path);
  return bytes.byteLength > MAX_PATH_BYTES ? undefined : bytes;
}

/** Percent-encodes a path as encodeURIComponent does each of its names, but for any bytes. The inverse of {@link pathBytes}. */
export function encodePath(path: Uint8Array): string {
  return percentEncode(path).replaceAll("%2F", "/");
}
