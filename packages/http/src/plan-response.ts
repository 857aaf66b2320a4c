/* Status, headers and byte range of the response to a request for a file, by RFC 9110. Pure. */
import { type ByteRange, parseRange } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";
import { safeContentType } from "./content-type.ts";
import { ifMatchHolds, ifNoneMatchHolds, ifRangeHolds, strongEntityTag } from "./entity-tag.ts";

/** The parts of a request that matter. */
export interface RequestFacts {
  readonly method: string;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly ifMatch: string | null;
  /** Only a server whose responses may be stored needs it. @default null */
  readonly ifNoneMatch?: string | null;
  /** Respond with an attachment. */
  readonly download: boolean;
}

/** What the host announced about a file. None of it is trusted. */
export interface FileFacts {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate. The host signals the end of the file. */
  readonly provisional?: true | undefined;
  readonly mediaType?: string | undefined;
  /** The host's validator, with or without quotes. */
  readonly etag?: string | undefined;
}

export interface ResponsePlan {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body. Undefined if there is none. */
  readonly body?: ByteRange;
}

/**
 * On every response, including errors. `sandbox` gives a document an opaque origin and no scripts, so a hostile file can't reach the page, which holds the
 * link's secret. `nosniff` stops browsers from guessing another type.
 */
export const SAFETY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Plans the response. */
export function planResponse(request: RequestFacts, file: FileFacts): ResponsePlan {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { ...SAFETY_HEADERS, Allow: "GET, HEAD", "Content-Length": "0" } };
  }
  if (file.provisional) return planUnknownLength(request, file);
  const tag = strongEntityTag(file.etag);
  const headers: Record<string, string> = { ...SAFETY_HEADERS, "Accept-Ranges": "bytes", ...(tag ? { ETag: tag } : {}) };
  if (!ifMatchHolds(request.ifMatch, tag)) return { status: 412, headers: { ...headers, "Content-Length": "0" } };
  if (!ifNoneMatchHolds(request.ifNoneMatch ?? null, tag)) return { status: 304, headers };

  // A Range counts only with GET, and if its If-Range holds (RFC 9110, 14.2 and 13.1.5).
  const rangeCounts = request.method === "GET" && ifRangeHolds(request.ifRange, tag);
  const wanted = parseRange(rangeCounts ? request.range : null, file.size);
  if (wanted.kind === "unsatisfiable") {
    return { status: 416, headers: { ...headers, "Content-Range": `bytes */${file.size}`, "Content-Length": "0" } };
  }
  Object.assign(headers, contentHeaders(request, file));
  const { start, end } = wanted.kind === "part" ? wanted : { start: 0, end: file.size };
  headers["Content-Length"] = String(end - start);
  if (wanted.kind === "part") headers["Content-Range"] = `bytes ${start}-${end - 1}/${file.size}`;
  const status = wanted.kind === "part" ? 206 : 200;
  return request.method === "HEAD" ? { status, headers } : { status, headers, body: { start, end } };
}

/**
 * With an unknown length, the response is the whole file whatever Range was requested, as RFC 9110, 14.2 allows. A media element then plays what arrives and
 * seeks within that. (`Content-Range: bytes 0-999/*` would still need the position of the last byte.)
 */
function planUnknownLength(request: RequestFacts, file: FileFacts): ResponsePlan {
  // Transcoded bytes have no validator, so If-Match can't hold.
  if (!ifMatchHolds(request.ifMatch, undefined)) return { status: 412, headers: { ...SAFETY_HEADERS, "Content-Length": "0" } };
  const headers = { ...SAFETY_HEADERS, "Accept-Ranges": "none", ...contentHeaders(request, file) };
  return request.method === "HEAD" ? { status: 200, headers } : { status: 200, headers, body: { start: 0, end: Infinity } };
}

function contentHeaders(request: RequestFacts, file: FileFacts): Record<string, string> {
  return {
    "Content-Type": safeContentType(file.mediaType, file.name),
    "Content-Disposition": contentDisposition(request.download ? "attachment" : "inline", file.name),
  };
}
