import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatRate, percentOf, printable } from "./format.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1234, "1.2 kB"],
    [99_950, "100 kB"],
    [482_695, "483 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [5_400_000_000, "5.4 GB"],
    [Number.MAX_SAFE_INTEGER, "9 PB"],
  ])("shows %d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatRate", () => {
  it("shows bytes a second", () => expect(formatRate(3_140_000)).toBe("3.1 MB/s"));
  it("shows nothing when nothing moves", () => expect(formatRate(0.4)).toBe(""));
});

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [0.4, "0 s"],
    [9, "9 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [7500, "2 h 5 min"],
    [3600, "1 h"],
    [273_610, "3 d 4 h"],
    [86_400 + 59, "1 d"],
  ])("shows %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("percentOf", () => {
  it("says 100 only for all of it", () => expect([percentOf(999_999, 1_000_000), percentOf(10, 10)]).toEqual([99, 100]));
  it("never passes 100, when parts were sent twice", () => expect(percentOf(30, 10)).toBe(100));
  it("is undefined for an empty file", () => expect(percentOf(0, 0)).toBeUndefined());
});

describe("printable", () => {
  it("replaces escape sequences and direction marks", () => {
    expect(printable("a\u001B[2Jb\u202Ec\nd")).toBe("a\uFFFD[2Jb\uFFFDc\uFFFDd");
  });
  it("keeps letters of every script", () =>
    expect(printable("Фильм — été 映画 می\u200Cخواهم 👩\u200D💻.mp4")).toBe("Фильм — été 映画 می\u200Cخواهم 👩\u200D💻.mp4"));
  it("cuts what is long, with a sign that it did", () => expect(printable("abcdef", 4)).toBe("abc…"));
});
