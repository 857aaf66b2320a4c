import { describe, expect, test } from "vitest";
import { extensionOf, mediaKind, safeContentType, UNKNOWN_TYPE } from "./content-type.ts";

describe("the served content type", () => {
  test.each([
    ["a known type", "video/mp4", "x", "video/mp4"],
    ["a known type in capitals with parameters", 'Video/MP4; codecs="avc1"', "x", "video/mp4"],
    ["another name of a known type", "audio/mp3", "x", "audio/mpeg"],
    ["an alias for .m4v", "video/x-m4v", "x.m4v", "video/mp4"],
    ["an alias for .ico", "image/vnd.microsoft.icon", "x.ico", "image/x-icon"],
    ["a text with a film's name", "text/plain", "code.ts", UNKNOWN_TYPE],
    ["no type, known extension", undefined, "Film.MKV", "video/x-matroska"],
    ["unknown bytes, known extension", "application/octet-stream", "a.pdf", "application/pdf"],
    ["empty type, known extension", "", "a.webm", "video/webm"],
    ["type and extension differ: the type counts", "image/png", "a.mp4", "image/png"],
  ])("%s", (_name, announced, name, expected) => {
    expect(safeContentType(announced, name)).toBe(expected);
  });

  test.each([
    ["text/html", "a.html"],
    ["text/html", "a.mp4"],
    ["application/xhtml+xml", "a.png"],
    ["text/xml", "a.svg"],
    ["text/javascript", "a.js"],
    ["multipart/x-mixed-replace", "a.mp4"],
    ["video/mp4\r\nX-Evil: 1", "a.mp4"],
    ["__proto__", "a"],
    ["constructor", "a"],
    [undefined, "a.html"],
    [undefined, "a.constructor"],
    [undefined, "noextension"],
    [undefined, ".mp4"],
    [undefined, ""],
  ])("announced %s for %s is served as unknown bytes", (announced, name) => {
    expect(safeContentType(announced, name)).toBe(UNKNOWN_TYPE);
  });
});

test.each([
  ["film.mp4", "mp4"],
  ["a.tar.gz", "gz"],
  ["a.", ""],
  [".profile", ""],
  ["plain", ""],
  ["a.b c", ""],
])("the extension of %s is '%s'", (name, expected) => {
  expect(extensionOf(name)).toBe(expected);
});

test.each([
  ["video/webm", "video"],
  ["audio/flac", "audio"],
  ["image/svg+xml", "image"],
  ["application/pdf", "pdf"],
  [UNKNOWN_TYPE, "other"],
])("%s is shown as %s", (type, expected) => {
  expect(mediaKind(type)).toBe(expected);
});
