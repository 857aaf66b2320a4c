/*
 * The frames of the data channel, and the lists of folders: encode and decode (PROTOCOL.md, sections 1 and 4). One file per frame, with its byte layout at
 * the top. Works on bytes alone, without I/O; decoding throws a WireError for bytes that are not a frame or a list, and nothing else.
 */
export { ANNOUNCEMENT_VERSION, type Announcement, type Feature } from "./announcement.ts";
export type { Cancel, Ping, Pong } from "./control.ts";
export { listPath, readMadePath, zipPath } from "./folder-path.ts";
export { decodeFrame, encodeFrame, type Frame } from "./frame.ts";
export type { Goodbye, GoodbyeReason } from "./goodbye.ts";
export { type Close, MAX_PATH_BYTES, type Open, type Opened } from "./handles.ts";
export { HEADER_BYTES, MAX_HANDLE, MAX_PAYLOAD_BYTES, MAX_STREAM_ID, SESSION_FILE_HANDLE } from "./header.ts";
export type { Hello } from "./hello.ts";
export { MAX_OFFSET, toSafeNumber, toWireInteger, UNKNOWN_SIZE } from "./integers.ts";
export { decodeList, encodeList, type FolderList, type ListEntry } from "./listing.ts";
export { BASE_CHUNK_BYTES, largeChunkBytes, MAX_FRAME_BYTES, type RangeData, sealRangeData } from "./range-data.ts";
export { type RangeEnd, RangeStatus } from "./range-end.ts";
export { BASE_RANGES, MANY_RANGES, type RangeReq } from "./range-req.ts";
export type { SeekHint } from "./seek-hint.ts";
export { WireError, type WireErrorReason } from "./wire-error.ts";
export { readZipKind, zipSelectionPath } from "./zip-path.ts";
