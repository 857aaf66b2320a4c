/* How a picture is enlarged and moved within its frame. Pure. Lengths are pixels; points and offsets are measured from the frame's centre. */

export interface Zoom {
  /** 1: the whole picture fits. */
  readonly scale: number;
  /** Of the picture's centre. */
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
/** Largest scale. More shows nothing but pixels. */
export const MAX_SCALE = 8;

/** Enlarges by a factor, so that what is at a point stays there. @param picture its size at scale 1 */
export function zoomAt(zoom: Zoom, factor: number, at: Point, picture: Size, frame: Size): Zoom {
  const scale = Math.max(1, Math.min(zoom.scale * factor, MAX_SCALE));
  const ratio = scale / zoom.scale;
  return within({ scale, x: at.x - (at.x - zoom.x) * ratio, y: at.y - (at.y - zoom.y) * ratio }, picture, frame);
}

export function moveBy(zoom: Zoom, by: Point, picture: Size, frame: Size): Zoom {
  return within({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, picture, frame);
}

/** No edge of the picture comes further in than the frame's, unless the picture is smaller: then it is centred. */
function within({ scale, x, y }: Zoom, picture: Size, frame: Size): Zoom {
  return { scale, x: clamp(x, picture.width * scale - frame.width), y: clamp(y, picture.height * scale - frame.height) };
}

/** @param excess how much longer the picture is than its frame */
function clamp(offset: number, excess: number): number {
  const most = Math.max(0, excess / 2);
  return Math.max(-most, Math.min(offset, most));
}
