import { expect, test } from "vitest";
import { entryKind, isText, typeText } from "./entry-kind.ts";

test.each([
  ["film.MKV", 5e9, "video", "MKV video"],
  ["song.flac", 5e6, "audio", "FLAC audio"],
  ["photo.jpg", 5e6, "image", "JPG picture"],
  ["paper.pdf", 5e6, "pdf", "PDF document"],
  ["README", 50, "text", "Text"],
  ["page.html", 50, "text", "HTML text"],
  ["logo.svg", 50, "text", "SVG text"],
  ["code.ts", 50, "text", "TS text"],
  ["recording.ts", 5e9, "video", "TS video"],
  ["archive.zip", 50, "other", "ZIP file"],
  ["data", 50, "other", "File"],
])("%s is of the kind that its name states", (name, size, kind, type) => {
  expect(entryKind(name, false, size)).toBe(kind);
  expect(typeText(name, entryKind(name, false, size))).toBe(type);
});

test("a folder is one, whatever its name is", () => {
  expect(entryKind("a.mp4", true, 0)).toBe("folder");
  expect(typeText("a.mp4", "folder")).toBe("Folder");
});

test.each([
  ["image", "image/svg+xml", true],
  ["other", "text/html", true],
  ["text", "application/octet-stream", true],
  ["text", undefined, true],
  ["image", "image/png", false],
] as const)("a file of kind %s and type %s is shown as text: %s", (kind, type, expected) => {
  expect(isText(kind, type)).toBe(expected);
});
