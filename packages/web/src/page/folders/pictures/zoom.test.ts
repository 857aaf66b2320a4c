import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_SCALE, moveBy, WHOLE, type Zoom, zoomAt } from "./zoom.ts";

const FRAME = { width: 400, height: 300 };
const PICTURE = { width: 400, height: 200 };

test("what is at the point stays there", () => {
  // 100 right of the centre was 100 before, and is 200 from the picture's centre at twice the scale.
  expect(zoomAt(WHOLE, 2, { x: 100, y: 0 }, PICTURE, FRAME)).toEqual({ scale: 2, x: -100, y: 0 });
});

test("a picture is never smaller than its frame allows, and never larger than a limit", () => {
  expect(zoomAt(WHOLE, 0.1, { x: 50, y: 50 }, PICTURE, FRAME)).toEqual(WHOLE);
  expect(zoomAt(WHOLE, 1000, { x: 0, y: 0 }, PICTURE, FRAME).scale).toBe(MAX_SCALE);
});

test("it can be moved only as far as it is larger than its frame", () => {
  const twice = zoomAt(WHOLE, 2, { x: 0, y: 0 }, PICTURE, FRAME);
  expect(moveBy(twice, { x: 1000, y: -1000 }, PICTURE, FRAME)).toEqual({ scale: 2, x: 200, y: -50 });
  expect(moveBy(WHOLE, { x: 10, y: 10 }, PICTURE, FRAME)).toEqual(WHOLE);
});

test("zooming out again shows the whole picture, whatever was done before", () => {
  const step = fc.record({
    factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
    x: fc.integer({ min: -200, max: 200 }),
    y: fc.integer({ min: -150, max: 150 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const zoomed = steps.reduce<Zoom>((zoom, { factor, x, y }) => zoomAt(zoom, factor, { x, y }, PICTURE, FRAME), WHOLE);
      const back = zoomAt(zoomed, 1 / MAX_SCALE, { x: 0, y: 0 }, PICTURE, FRAME);
      expect([back.scale, Math.abs(back.x), Math.abs(back.y)]).toEqual([1, 0, 0]);
    }),
    { numRuns: 50 },
  );
});
