import type { Size } from "../pictures/zoom.ts";

/** Both precede each segment of a JPEG. */
const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
/** Start of frame: baseline to progressive. Other coding processes are not used in thumbnails. */
const FIRST_FRAME = 0xc0;
const LAST_FRAME = 0xc2;

/*
 * A segment: FF, its type, its length without these two bytes (u16). A frame: precision (u8), height and width (u16 each).
 */

/** The size that a JPEG states in its frame header (ITU-T T.81, B.2.2). Undefined: it has none where one is expected. */
export function jpegSize(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== MARKER || bytes[1] !== START_OF_IMAGE) return undefined;
  for (let at = 2; at + 9 <= bytes.byteLength; at += 2 + view.getUint16(at + 2)) {
    const type = bytes[at + 1] ?? 0;
    if (bytes[at] !== MARKER) return undefined;
    if (type >= FIRST_FRAME && type <= LAST_FRAME) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  return undefined;
}
