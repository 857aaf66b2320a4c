import { expect, test } from "vitest";
import { playable } from "./playable.ts";

const probe = { canPlayType: (_kind: string, type: string) => (type === "video/mp4" ? "maybe" : ""), showsPdf: true };

test.each([
  ["video", "video/mp4", "likely"],
  ["video", "video/x-msvideo", "no"],
  ["video", "video/x-matroska", "likely"],
  ["image", "image/png", "likely"],
  ["pdf", "application/pdf", "likely"],
  ["other", "application/octet-stream", "no"],
] as const)("%s of %s: %s", (kind, type, expected) => {
  expect(playable(kind, type, probe)).toBe(expected);
});

test("a browser without a PDF viewer doesn't get one in a frame", () => {
  expect(playable("pdf", "application/pdf", { ...probe, showsPdf: false })).toBe("no");
});
