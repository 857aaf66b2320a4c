/* The thumbnail that a camera has put into a JPEG. A script of its own, loaded with the first picture, because the library is large. */
import { type ExpandedTags, load } from "exifreader";
import type { Size } from "../pictures/zoom.ts";
import { drawSquare } from "./draw-square.ts";
import { jpegSize } from "./jpeg-size.ts";

/** Bytes that are read of a picture: EXIF data is in one of the first segments, which have at most 64 KiB. */
const START_BYTES = 64 * 1024;
/** Longest side of an embedded thumbnail, pixels; most have 160. A larger one is not worth its memory, or not what it says. */
const MAX_SIDE_PX = 1024;

export interface EmbeddedThumbnail {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly orientation: number;
  /** Of the picture, before it is turned. */
  readonly picture: Size | undefined;
}

/** Undefined: there is none. @throws if the picture can't be read, or `signal` aborts */
export async function embeddedThumbnail(url: string, signal: AbortSignal): Promise<HTMLCanvasElement | undefined> {
  const response = await fetch(url, { signal, headers: { Range: `bytes=0-${START_BYTES - 1}` } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const found = findThumbnail(await response.arrayBuffer());
  const size = found && jpegSize(found.jpeg);
  if (!found || !size || Math.max(size.width, size.height) > MAX_SIDE_PX || Math.min(size.width, size.height) === 0) return undefined;
  const bitmap = await createImageBitmap(new Blob([found.jpeg], { type: "image/jpeg" })).catch(() => undefined);
  if (!bitmap) return undefined;
  try {
    return drawSquare({ ...size, source: bitmap, side: sideWithin(size, found.picture), orientation: found.orientation });
  } finally {
    bitmap.close();
  }
}

/** @param start of the picture's file */
export function findThumbnail(start: ArrayBuffer): EmbeddedThumbnail | undefined {
  const tags = readTags(start);
  const image = tags?.Thumbnail?.image;
  if (!(image instanceof ArrayBuffer)) return undefined;
  const width = tags?.exif?.PixelXDimension?.value;
  const height = tags?.exif?.PixelYDimension?.value;
  return {
    jpeg: new Uint8Array(image),
    orientation: tags?.exif?.Orientation?.value ?? 1,
    picture: typeof width === "number" && typeof height === "number" && width > 0 && height > 0 ? { width, height } : undefined,
  };
}

function readTags(start: ArrayBuffer): ExpandedTags | undefined {
  try {
    return load(start, { expanded: true, includeTags: { exif: ["Orientation", "PixelXDimension", "PixelYDimension"], thumbnail: true } });
  } catch {
    // No metadata, or damaged.
    return undefined;
  }
}

/** The side of the largest square in the thumbnail that has only the picture: cameras add black bars to make it 4:3. */
export function sideWithin(thumbnail: Size, picture: Size | undefined): number {
  if (!picture) return Math.min(thumbnail.width, thumbnail.height);
  const scale = Math.min(thumbnail.width / picture.width, thumbnail.height / picture.height);
  return Math.min(picture.width, picture.height) * scale;
}
