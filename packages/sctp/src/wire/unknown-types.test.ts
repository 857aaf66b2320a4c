import { expect, test } from "vitest";
import { reportsUnknownChunk, stopsAtUnknownChunk } from "./chunk-type.ts";
import { reportsUnknownParameter, stopsAtUnknownParameter } from "./parameter-type.ts";

test.each([
  [0b00, true, false],
  [0b01, true, true],
  [0b10, false, false],
  [0b11, false, true],
])("RFC 9260, 3.2: an unknown type whose two high bits are %i stops: %s, is reported: %s", (bits, stops, reports) => {
  for (const low of [0, 0x15, 0x3f]) {
    expect(stopsAtUnknownChunk((bits << 6) | low)).toBe(stops);
    expect(reportsUnknownChunk((bits << 6) | low)).toBe(reports);
    expect(stopsAtUnknownParameter((bits << 14) | low)).toBe(stops);
    expect(reportsUnknownParameter((bits << 14) | low)).toBe(reports);
  }
});
