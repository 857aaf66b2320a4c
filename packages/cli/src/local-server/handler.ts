/** The local server as a function from Request to Response. */
import { percentDecode } from "@rangecast/base";
import { planResponse, SAFETY_HEADERS } from "@rangecast/http";
import type { Logger } from "../output/logger.ts";
import { bodyOf } from "./http/body.ts";
import { filePolicy } from "./http/file-policy.ts";
import { type LocalContent, type LocalEntry, LocalError, type ShownFolder } from "./local-content.ts";
import { MDNS_NAME } from "./own-hosts.ts";
import { PAGE_HEADERS } from "./page/document.ts";
import { renderFile } from "./page/file-page.ts";
import { renderFolder } from "./page/folder-page.ts";
import { PLAYLIST_QUERY, PLAYLIST_TYPE, renderPlaylist } from "./page/playlist.ts";
import { isSameSecret } from "./secret.ts";

export interface LocalHandlerOptions {
  readonly secret: string;
  readonly content: LocalContent;
  /** Whether a Host header names this machine. */
  readonly isOwnHost: (header: string | null) => boolean;
  /** Lets pages of other origins read the file, which Chromecast's receiver needs (CORS, Fetch standard). */
  readonly cast: boolean;
  readonly logger: Logger;
}

const METHODS = "GET, HEAD";
const DOWNLOAD_QUERY = "?download";
/** Seconds after which a client may try again if the host's file can't be read now. */
const RETRY_AFTER_S = "5";

const CAST_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
  "Cross-Origin-Resource-Policy": "cross-origin",
};
const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": METHODS,
  "Access-Control-Allow-Headers": "Range, If-Range, Content-Type, Accept-Encoding",
  "Access-Control-Max-Age": "600",
};

/** @param gone aborts when the client is gone. (A Request's own signal follows another one, and Node 20 can lose such signals: nodejs/node#54614.) */
export type LocalHandler = (request: Request, gone: AbortSignal) => Promise<Response>;

/** Never logs a path: it contains the secret. */
export function createLocalHandler(options: LocalHandlerOptions): LocalHandler {
  const { isOwnHost, cast, logger } = options;
  return async (request, gone) => {
    if (!isOwnHost(request.headers.get("host"))) {
      return refusal(403, `The address must be an address of this computer, localhost or ${MDNS_NAME}.`);
    }
    const response = await respond(request, gone, options);
    logger.debug("a request to the local server", { method: request.method, status: response.status, range: request.headers.get("range") });
    if (cast) for (const [name, value] of Object.entries(CAST_HEADERS)) response.headers.set(name, value);
    return response;
  };
}

async function respond(request: Request, gone: AbortSignal, { secret, content, cast, logger }: LocalHandlerOptions): Promise<Response> {
  const url = new URL(request.url);
  const [, given = "", ...path] = url.pathname.split("/");
  if (!isSameSecret(given, secret)) return refusal(404, NOT_HERE);
  if (cast && request.method === "OPTIONS")
    return new Response(null, { status: 204, headers: { ...SAFETY_HEADERS, ...PREFLIGHT_HEADERS } });
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "Only GET and HEAD.", { Allow: METHODS });
  // The page's own addresses are relative to the folder.
  if (path.length === 0) return refusal(308, "The page is in the folder.", { Location: `/${secret}/` });
  try {
    const entry = await content.find(namesOf(path), gone);
    // The addresses of a folder's entries are relative to it.
    if (entry.kind === "folder" && path.at(-1) !== "") return refusal(308, "It is a folder.", { Location: `${url.pathname}/` });
    return await entryResponse(request, url, { entry, gone });
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    logger.debug("a request to the local server failed", { error });
    if (error.reason === "not-found") return refusal(404, NOT_HERE);
    return refusal(503, `The file can't be read now: ${error.message}.`, { "Retry-After": RETRY_AFTER_S });
  }
}

const NOT_HERE = "There is nothing here. The address may be incomplete, or sharing has stopped.";

/** A `%` that begins no encoded byte. */
const MALFORMED = /%(?![\da-f]{2})/iu;

/** The names of a path. The one of a folder ends with an empty name, which is removed. @throws {LocalError} `not-found` if it is not valid */
function namesOf(path: readonly string[]): Buffer[] {
  const encoded = path.at(-1) === "" ? path.slice(0, -1) : path;
  if (encoded.some((name) => MALFORMED.test(name))) throw new LocalError("not-found", "the path is not valid");
  return encoded.map((name) => Buffer.from(percentDecode(name)));
}

interface Found {
  readonly entry: LocalEntry;
  readonly gone: AbortSignal;
}

async function entryResponse(request: Request, { pathname, search }: URL, { entry, gone }: Found): Promise<Response> {
  if (entry.kind === "page") return textResponse(request, await renderFile(entry.shown));
  if (entry.kind === "folder") return folderResponse(request, { pathname, search }, entry.shown);
  const { file } = entry;
  const { headers: sent } = request;
  const plan = planResponse(
    {
      method: request.method,
      range: sent.get("range"),
      ifRange: sent.get("if-range"),
      ifMatch: sent.get("if-match"),
      ifNoneMatch: sent.get("if-none-match"),
      download: search === DOWNLOAD_QUERY,
    },
    file,
  );
  const policy = filePolicy(plan.headers["Content-Type"]);
  const headers = { ...plan.headers, ...(policy === undefined ? {} : { "Content-Security-Policy": policy }) };
  const init = { status: plan.status, headers };
  if (plan.body !== undefined && plan.body.start < plan.body.end) return new Response(bodyOf(file, plan.body, gone), init);
  await file.close();
  return new Response(null, init);
}

async function folderResponse(
  request: Request,
  { pathname, search }: Pick<URL, "pathname" | "search">,
  folder: ShownFolder,
): Promise<Response> {
  if (search !== PLAYLIST_QUERY) return textResponse(request, await renderFolder(folder));
  // The header was checked: it names this machine.
  const address = `http://${request.headers.get("host") ?? ""}${pathname}`;
  return textResponse(request, renderPlaylist(folder, address), { "Content-Type": PLAYLIST_TYPE });
}

function textResponse(request: Request, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  const all = { ...PAGE_HEADERS, "Content-Length": String(Buffer.byteLength(text)), ...headers };
  return new Response(request.method === "HEAD" ? null : text, { headers: all });
}

function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = `${text}\n`;
  const common = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(Buffer.byteLength(body)) };
  return new Response(body, { status, headers: { ...SAFETY_HEADERS, ...common, ...headers } });
}
