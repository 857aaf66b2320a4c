import { expect, test } from "vitest";
import { withExif } from "@rangecast/testkit/files/exif-jpeg";
import { findThumbnail, sideWithin } from "./embedded-thumbnail.ts";

const THUMBNAIL = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
const PICTURE = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2);
const EXIF = { thumbnail: THUMBNAIL, orientation: 6, width: 3000, height: 2000 };

test("the thumbnail is found, with how it is to be turned and the size of the picture", () => {
  expect(findThumbnail(withExif(PICTURE, EXIF).buffer)).toEqual({
    jpeg: THUMBNAIL,
    orientation: 6,
    picture: { width: 3000, height: 2000 },
  });
});

test("what has no EXIF data, or damaged data, has no thumbnail", () => {
  expect(findThumbnail(new ArrayBuffer(0))).toBeUndefined();
  expect(findThumbnail(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9).buffer)).toBeUndefined();
  const whole = withExif(PICTURE, EXIF);
  for (let length = 0; length < whole.length - THUMBNAIL.length - PICTURE.length; length += 7) {
    expect(findThumbnail(whole.slice(0, length).buffer)).toBeUndefined();
  }
});

test("black bars around the thumbnail are left out", () => {
  expect(sideWithin({ width: 160, height: 120 }, undefined)).toBe(120);
  expect(sideWithin({ width: 160, height: 120 }, { width: 3000, height: 2000 })).toBeCloseTo(106.7, 1);
  expect(sideWithin({ width: 160, height: 120 }, { width: 2000, height: 3000 })).toBeCloseTo(80, 5);
  expect(sideWithin({ width: 160, height: 120 }, { width: 4000, height: 3000 })).toBeCloseTo(120, 5);
});
