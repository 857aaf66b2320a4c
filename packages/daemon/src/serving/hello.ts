import { type Announcement, ANNOUNCEMENT_VERSION, encodeFrame, type Feature, toWireInteger } from "@rangecast/wire";
import type { Resource, ResourceTree } from "../resources/resource.ts";
import type { WireBytes } from "./flow-control.ts";

/** Longest name in a HELLO, bytes of UTF-8: twice what file systems allow. It keeps a HELLO under {@link MIN_MESSAGE_BYTES}. */
export const MAX_NAME_BYTES = 512;

/** Longest name of a folder in an announcement, bytes of JSON: what file systems allow, and a HELLO has room for beside the name above. */
const MAX_FOLDER_NAME_BYTES = 255;

/** Follows a folder's name in HELLO, where browsers of the base protocol show it as that of an empty file. */
const FOLDER_NOTE = " (a folder: this page is too old to show it)";

/**
 * Smallest max-message-size of an SDP that is accepted, bytes: a HELLO must fit. No stack announces less than 64 KiB; a smaller value is an attempt to
 * make a send fail.
 */
export const MIN_MESSAGE_BYTES = 1024;

/** The extensions that this daemon supports in every session (PROTOCOL.md, section 4). */
const FEATURES: readonly Feature[] = ["goodbye", "large-chunks", "status-changed", "prompt-cancel", "many-ranges", "handles"];

/**
 * The first frame of a session: name and size of its file, and the announcement (C-1, X-1). That of a folder has the folder's name in the announcement.
 * @param more features of this session only
 */
export function helloFrame(
  { root, isFolder = false, counted = false }: ResourceTree,
  displayName: string,
  more: readonly Feature[] = [],
): WireBytes {
  const folder = cutName(displayName, MAX_FOLDER_NAME_BYTES, jsonBytes);
  const ofFolder: readonly Feature[] = counted ? ["folders"] : ["folders", "zip"];
  const ofTree: readonly Feature[] = [...(isFolder ? ofFolder : []), ...(counted ? (["counted"] as const) : [])];
  const announcement = announcementOf(root, [...FEATURES, ...ofTree, ...more]);
  return encodeFrame({
    type: "hello",
    streamId: 0,
    size: toWireInteger(root.size),
    name: isFolder ? folder + FOLDER_NOTE : cutName(displayName, MAX_NAME_BYTES, (text) => Buffer.byteLength(text)),
    transcoding: false,
    seekable: true,
    announcement: isFolder ? { ...announcement, name: folder } : announcement,
  });
}

/** The answer to an OPEN. */
export function openedFrame(streamId: number, handle: number, resource: Resource): WireBytes {
  const size = toWireInteger(resource.size);
  return encodeFrame({ type: "opened", streamId, handle, size, transcoding: false, announcement: announcementOf(resource, []) });
}

function announcementOf({ mediaType, modifiedMs, etag }: Resource, features: readonly Feature[]): Announcement {
  return { version: ANNOUNCEMENT_VERSION, ...(mediaType === undefined ? {} : { mediaType }), modifiedMs, etag, features };
}

/** Truncates a name between characters. @param bytesOf the bytes that a character takes */
function cutName(name: string, maxBytes: number, bytesOf: (character: string) => number): string {
  let bytes = 0;
  let cut = "";
  for (const character of name) {
    bytes += bytesOf(character);
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}

/** Bytes of a text in JSON, without the quotes. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
