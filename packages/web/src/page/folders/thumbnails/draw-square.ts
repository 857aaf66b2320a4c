/* Draws the middle of a picture as a square. */
import type { Size } from "../pictures/zoom.ts";

/** Side of a thumbnail, pixels: that of a tile on a screen with two pixels for each of CSS, or a little less. */
const SIDE_PX = 256;

/** How a picture is to be turned, by its EXIF orientation from 1 on: a, b, c and d of a matrix. */
const TURNS: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, 1, -1, 0],
  [0, -1, -1, 0],
  [0, -1, 1, 0],
];
const UPRIGHT = [1, 0, 0, 1] as const;

export interface Square extends Size {
  readonly source: CanvasImageSource;
  /** As in EXIF: 1 to 8. @default 1 */
  readonly orientation?: number;
  /** Of the square within the picture, in its pixels. @default the largest one */
  readonly side?: number;
}

export function drawSquare({ source, width, height, orientation = 1, side = Math.min(width, height) }: Square): HTMLCanvasElement {
  const pixels = Math.max(1, Math.min(SIDE_PX, Math.round(side)));
  const canvas = document.createElement("canvas");
  canvas.width = pixels;
  canvas.height = pixels;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas can be drawn");
  const scale = pixels / side;
  const [a, b, c, d] = TURNS[orientation - 1] ?? UPRIGHT;
  context.setTransform(a, b, c, d, pixels / 2, pixels / 2);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (-width * scale) / 2, (-height * scale) / 2, width * scale, height * scale);
  return canvas;
}
