import { ANNOUNCEMENT_VERSION, encodeFrame, type Feature, toWireInteger } from "@rangecast/wire";
import type { FileSource } from "../files/file-source.ts";
import type { WireBytes } from "./flow-control.ts";

/** Longest name in a HELLO, bytes of UTF-8: twice what file systems allow. It keeps a HELLO under {@link MIN_MESSAGE_BYTES}. */
export const MAX_NAME_BYTES = 512;

/**
 * Smallest max-message-size of an SDP that is accepted, bytes: a HELLO must fit. No stack announces less than 64 KiB; a smaller value is an attempt to
 * make a send fail.
 */
export const MIN_MESSAGE_BYTES = 1024;

/** The extensions that this daemon supports (PROTOCOL.md, section 4). */
const FEATURES: readonly Feature[] = ["goodbye", "large-chunks", "status-changed", "prompt-cancel", "many-ranges"];

/** The first frame of a session: name and size of its file, and the announcement (C-1, X-1). */
export function helloFrame(source: FileSource, displayName: string): WireBytes {
  return encodeFrame({
    type: "hello",
    streamId: 0,
    size: toWireInteger(source.size),
    name: cutName(displayName),
    transcoding: false,
    seekable: true,
    announcement: {
      version: ANNOUNCEMENT_VERSION,
      ...(source.mediaType === undefined ? {} : { mediaType: source.mediaType }),
      modifiedMs: source.modifiedMs,
      etag: source.etag,
      features: FEATURES,
    },
  });
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
