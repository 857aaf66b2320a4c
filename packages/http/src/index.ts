/* How a file is served over HTTP: ranges, validators, content types, safe names. Pure: no I/O, and no globals of browser or Node. */
export { type ByteRange, isOpenEnded, parseRange, type RangeRequest } from "./byte-range.ts";
export { contentDisposition } from "./content-disposition.ts";
export { extensionOf, type MediaKind, mediaKind, safeContentType, UNKNOWN_TYPE } from "./content-type.ts";
export { displayName, downloadName } from "./file-name.ts";
export { type FileFacts, planResponse, type RequestFacts, type ResponsePlan, SAFETY_HEADERS } from "./plan-response.ts";
