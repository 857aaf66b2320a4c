import { expect, test } from "vitest";
import { type Measured, statsRows } from "./stats-rows.ts";

const measured: Measured = {
  wayLine: "Plays as it is (H.264).",
  path: "direct",
  width: 1920,
  height: 1080,
  aheadS: 12.34,
  frames: { total: 500, dropped: 2 },
  link: { receivedBytes: 5, rttMs: 20, windowBytes: 1_000_000 },
  bytesPerSecond: 1_200_000,
  facts: [["Conversion", "480p"]],
};

test("each measurement has a row", () => {
  const rows = statsRows(measured).map(([label, value]) => `${label}: ${value.replaceAll("\u00a0", " ")}`);
  expect(rows).toEqual([
    "Way: Plays as it is (H.264).",
    "Path: direct",
    "Rate: 1.2 MB/s",
    "Window: 1 MB",
    "Round trip: 20 ms",
    "Picture: 1920 × 1080",
    "Buffer: 12.3 s ahead",
    "Frames: 2 of 500 dropped",
    "Conversion: 480p",
  ]);
});

test("what is not known has none", () => {
  const unknown = {
    ...measured,
    wayLine: "",
    path: "",
    width: 0,
    frames: undefined,
    link: undefined,
    bytesPerSecond: undefined,
    facts: [],
  };
  expect(statsRows(unknown)).toEqual([["Buffer", "12.3 s ahead"]]);
});
