/* The picture in the frame that fills the window: as large as it fits, or enlarged. */
import { create } from "../../view/dom.ts";
import { followGestures, type GestureHandlers } from "./gestures.ts";
import { moveBy, type Point, type Size, WHOLE, type Zoom, zoomAt } from "./zoom.ts";

/** What a double click, and a press of a key or button, make of the scale. */
const DOUBLE_CLICK_FACTOR = 2.5;
const STEP_FACTOR = 1.5;
const CENTRE: Point = { x: 0, y: 0 };

export interface ZoomedImage {
  readonly frame: HTMLElement;
  /** Shows an image, as a whole. Undefined: none. */
  readonly show: (image: HTMLImageElement | undefined) => void;
  readonly closer: () => void;
  readonly farther: () => void;
  readonly whole: () => void;
}

/** @param onZoom called when the scale has changed */
export function createZoomedImage(onSwipe: GestureHandlers["onSwipe"], onZoom: (scale: number) => void): ZoomedImage {
  const frame = create("div", "viewer-frame");
  // It has the focus while the viewer is open, so that keys work and no button is marked.
  frame.tabIndex = -1;
  let image: HTMLImageElement | undefined;
  let zoom = WHOLE;

  const apply = (next: Zoom): void => {
    const { scale } = zoom;
    zoom = next;
    frame.classList.toggle("zoomed", next.scale > 1);
    if (image) image.style.transform = next.scale === 1 ? "" : `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
    if (scale !== next.scale) onZoom(next.scale);
  };
  const sizes = (): [picture: Size, frame: Size] => [
    { width: image?.offsetWidth ?? 0, height: image?.offsetHeight ?? 0 },
    { width: frame.clientWidth, height: frame.clientHeight },
  ];
  const zoomBy = (factor: number, at: Point = CENTRE): void => apply(zoomAt(zoom, factor, at, ...sizes()));
  followGestures(frame, {
    isZoomed: () => zoom.scale > 1,
    onZoom: zoomBy,
    onMove: (by) => apply(moveBy(zoom, by, ...sizes())),
    onSwipe,
    onDouble: (at) => (zoom.scale > 1 ? apply(WHOLE) : zoomBy(DOUBLE_CLICK_FACTOR, at)),
  });
  new ResizeObserver(() => apply(WHOLE)).observe(frame);
  return {
    frame,
    show: (next) => {
      apply(WHOLE);
      image = next;
      frame.replaceChildren(...(next ? [next] : []));
    },
    closer: () => zoomBy(STEP_FACTOR),
    farther: () => zoomBy(1 / STEP_FACTOR),
    whole: () => apply(WHOLE),
  };
}
