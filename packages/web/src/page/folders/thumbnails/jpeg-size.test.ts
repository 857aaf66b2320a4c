import { expect, test } from "vitest";
import { jpegSize } from "./jpeg-size.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
const FRAME = "00 11 08 00 78 00 a0 03";

test.each<[string, string, object | undefined]>([
  ["its first frame", `ff d8 ff c0 ${FRAME}`, { width: 160, height: 120 }],
  ["a progressive frame behind another segment", `ff d8 ff e0 00 04 00 00 ff c2 ${FRAME}`, { width: 160, height: 120 }],
  ["nothing: it is another format", `89 50 ff c0 ${FRAME}`, undefined],
  ["nothing: the frame is cut off", "ff d8 ff c0 00 11 08", undefined],
  ["nothing: no marker where one is expected", `ff d8 00 00 00 02 ff c0 ${FRAME}`, undefined],
  ["nothing: a length that leads out of the file", "ff d8 ff e0 ff ff 00 00 00 00 00 00", undefined],
])("a JPEG has the size of %s", (_name, hex, expected) => {
  expect(jpegSize(bytes(hex))).toEqual(expected);
});
