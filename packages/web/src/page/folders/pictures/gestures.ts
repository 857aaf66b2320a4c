/* What fingers, mouse and wheel do to an enlarged picture. */
import type { Point } from "./zoom.ts";

export interface GestureHandlers {
  /** Whether the picture is larger than its frame. */
  readonly isZoomed: () => boolean;
  /** @param at measured from the frame's centre */
  readonly onZoom: (factor: number, at: Point) => void;
  readonly onMove: (by: Point) => void;
  /** A finger has swept from right to left, or the other way. */
  readonly onSwipe: (to: "previous" | "next") => void;
  /** A double click or tap. */
  readonly onDouble: (at: Point) => void;
}

/** Shortest way of a finger that counts as a sweep, pixels. */
const SWIPE_PX = 50;
/** How much longer it must be sideways than up or down. */
const SWIPE_RATIO = 1.5;
/** Way of the wheel that doubles the scale, pixels. */
const WHEEL_DOUBLE_PX = 300;
/** Pixels of a line, for wheels that count lines. */
const LINE_PX = 16;

export function followGestures(frame: HTMLElement, { isZoomed, onZoom, onMove, onSwipe, onDouble }: GestureHandlers): void {
  const down = new Map<number, Point>();
  /** Where the only finger was put. Undefined once there was a second one. */
  let start: Point | undefined;
  const fromCentre = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    const at = fromCentre(event);
    start = down.size === 0 ? at : undefined;
    down.set(event.pointerId, at);
  });
  frame.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const at = fromCentre(event);
    const [other] = [...down].filter(([id]) => id !== event.pointerId);
    down.set(event.pointerId, at);
    if (!other) {
      if (isZoomed()) onMove({ x: at.x - before.x, y: at.y - before.y });
      return;
    }
    const [, still] = other;
    onMove({ x: (at.x - before.x) / 2, y: (at.y - before.y) / 2 });
    onZoom(distance(at, still) / Math.max(1, distance(before, still)), { x: (at.x + still.x) / 2, y: (at.y + still.y) / 2 });
  });
  const end = (event: PointerEvent): void => {
    const from = start;
    const at = fromCentre(event);
    if (!down.delete(event.pointerId) || down.size > 0) return;
    start = undefined;
    if (!from || isZoomed() || event.type === "pointercancel" || event.pointerType === "mouse") return;
    const [across, along] = [at.x - from.x, Math.abs(at.y - from.y)];
    if (Math.abs(across) >= Math.max(SWIPE_PX, along * SWIPE_RATIO)) onSwipe(across < 0 ? "next" : "previous");
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
  frame.addEventListener("dblclick", (event) => onDouble(fromCentre(event)));
  frame.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_PX : event.deltaY;
      onZoom(2 ** (-pixels / WHEEL_DOUBLE_PX), fromCentre(event));
    },
    { passive: false },
  );
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
