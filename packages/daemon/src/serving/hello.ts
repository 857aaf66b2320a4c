import { type Announcement, ANNOUNCEMENT_VERSION, encodeFrame, type Feature, toWireInteger } from "@rangecast/wire";
import type { Resource } from "../resources/resource.ts";
import type { WireBytes } from "./flow-control.ts";

/** Longest name in a HELLO, bytes of UTF-8: twice what file systems allow. It keeps a HELLO under {@link MIN_MESSAGE_BYTES}. */
export const MAX_NAME_BYTES = 512;

/**
 * Smallest max-message-size of an SDP that is accepted, bytes: a HELLO must fit. No stack announces less than 64 KiB; a smaller value is an attempt to
 * make a send fail.
 */
export const MIN_MESSAGE_BYTES = 1024;

/** The extensions that this daemon supports in every session (PROTOCOL.md, section 4). */
const FEATURES: readonly Feature[] = ["goodbye", "large-chunks", "status-changed", "prompt-cancel", "many-ranges", "handles"];

/** The first frame of a session: name and size of its file, and the announcement (C-1, X-1). @param more features of this session only */
export function helloFrame(root: Resource, displayName: string, more: readonly Feature[] = []): WireBytes {
  return encodeFrame({
    type: "hello",
    streamId: 0,
    size: toWireInteger(root.size),
    name: cutName(displayName),
    transcoding: false,
    seekable: true,
    announcement: announcementOf(root, [...FEATURES, ...more]),
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

/** Truncates a name to {@link MAX_NAME_BYTES}, between characters. */
function cutName(name: string): string {
  let bytes = 0;
  let cut = "";
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) break;
    cut += character;
  }
  return cut;
}
