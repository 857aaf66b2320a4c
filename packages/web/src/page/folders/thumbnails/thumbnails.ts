/* The thumbnails of a folder's pictures: the one that a camera has put into the file, or else the picture itself, scaled down. */
import { extensionOf } from "@rangecast/http";
import { fewAtATime } from "./few-at-a-time.ts";

export interface Picture {
  readonly url: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Tells versions of files apart. */
  readonly key: string;
}

export interface ThumbnailSources<Drawing> {
  /** Reads the embedded thumbnail. Undefined: there is none. */
  readonly embedded: (url: string, signal: AbortSignal) => Promise<Drawing | undefined>;
  /** Reads the whole picture. Undefined: it is too large to be drawn. */
  readonly whole: (url: string, signal: AbortSignal) => Promise<Drawing | undefined>;
}

export interface Thumbnails<Drawing> {
  /** The thumbnail if it is known; otherwise a promise of it. Undefined: there is none. The promise never rejects. */
  readonly of: (picture: Picture, signal: AbortSignal) => Drawing | Promise<Drawing | undefined> | undefined;
}

/** Number of embedded thumbnails that are read at once. Each takes two round trips and 64 KiB. */
const EMBEDDED_AT_ONCE = 4;
/** Number of whole pictures that are read at once: they are decoded one by one anyway. */
const WHOLE_AT_ONCE = 2;
/** Largest picture that is read as a whole for its thumbnail, bytes: photos of phones have up to 8 MB. */
const MAX_WHOLE_BYTES = 12_000_000;
/** Sum of the pictures that are read as a whole, bytes: viewers may pay for what they download. Further ones show an icon. */
export const MAX_TOTAL_BYTES = 200_000_000;
/** Number of thumbnails that are kept, of 256 KiB each. */
export const MAX_KEPT = 160;
/** Only these have embedded thumbnails that are worth a request of their own. */
const EMBEDDING: ReadonlySet<string> = new Set(["jpg", "jpeg"]);

export function createThumbnails<Drawing>({ embedded, whole }: ThumbnailSources<Drawing>): Thumbnails<Drawing> {
  /** Least recently shown first. Undefined: there is no thumbnail. */
  const kept = new Map<string, Drawing | undefined>();
  const embeddedInTurn = fewAtATime(EMBEDDED_AT_ONCE);
  const wholeInTurn = fewAtATime(WHOLE_AT_ONCE);
  let bytesLeft = MAX_TOTAL_BYTES;

  const keep = (key: string, drawing: Drawing | undefined): void => {
    kept.delete(key);
    kept.set(key, drawing);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
  };
  const readWhole = async ({ url, size }: Picture, signal: AbortSignal): Promise<Drawing | undefined> => {
    if (size > bytesLeft) return undefined;
    // Also if it is aborted: how much was read by then is not known.
    bytesLeft -= size;
    return whole(url, signal);
  };
  const make = async (picture: Picture, signal: AbortSignal): Promise<Drawing | undefined> => {
    const small = EMBEDDING.has(extensionOf(picture.name)) && (await embeddedInTurn(() => embedded(picture.url, signal), signal));
    if (small) return small;
    return picture.size > MAX_WHOLE_BYTES ? undefined : wholeInTurn(() => readWhole(picture, signal), signal);
  };
  const makeAndKeep = async (picture: Picture, signal: AbortSignal): Promise<Drawing | undefined> => {
    try {
      const drawing = await make(picture, signal);
      keep(picture.key, drawing);
      return drawing;
    } catch {
      // It was aborted, or could not be read now: it is read again when it comes into view again.
      return undefined;
    }
  };
  return {
    of: (picture, signal) => {
      if (picture.size === 0) return undefined;
      if (!kept.has(picture.key)) return makeAndKeep(picture, signal);
      const drawing = kept.get(picture.key);
      keep(picture.key, drawing);
      return drawing;
    },
  };
}
