import { onAbort } from "@rangecast/base";
import { drawSquare } from "./draw-square.ts";

/** Most pixels of a picture that is decoded for its thumbnail: 64 million take 256 MB. */
const MAX_PIXELS = 64_000_000;

/** The whole picture, scaled down. Undefined: it has too many pixels. @throws if it can't be read or shown, or `signal` aborts */
export async function wholePicture(url: string, signal: AbortSignal): Promise<HTMLCanvasElement | undefined> {
  const image = new Image();
  const loaded = new Promise<void>((resolve, reject) => {
    image.addEventListener("load", () => resolve());
    image.addEventListener("error", () => reject(new Error("the picture could not be loaded")));
    onAbort(signal, () => reject(signal.reason as Error));
  });
  image.src = url;
  try {
    await loaded;
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width * height > MAX_PIXELS || width === 0 || height === 0) return undefined;
    // Not on this thread, where the drawing below would decode it.
    await image.decode();
    return drawSquare({ source: image, width, height });
  } finally {
    // Cancels the request, or frees the decoded picture.
    image.removeAttribute("src");
  }
}
