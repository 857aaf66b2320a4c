import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayName, downloadName } from "./file-name.ts";

describe("the displayed name", () => {
  test.each([
    ["plain", "Holiday 2026.mp4", "Holiday 2026.mp4"],
    ["of another script", "映画 – naïve 🎉.mkv", "映画 – naïve 🎉.mkv"],
    ["markup, unchanged", "<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"],
    ["a reversed writing direction", "annexe\u202Egpj.exe", "annexegpj.exe"],
    ["line breaks", "a\r\nb\u2028c", "abc"],
    ["a lone surrogate", "a\ud800b", "a\ufffdb"],
    ["nothing", "", "unnamed file"],
    ["only invisible characters", "\u200b\u202e ", "unnamed file"],
  ])("%s", (_case, name, expected) => {
    expect(displayName(name)).toBe(expected);
  });

  test("a long name keeps its extension", () => {
    const shown = displayName(`${"a".repeat(500)}.mp4`);
    expect(shown).toHaveLength(200);
    expect(shown.endsWith("a.mp4")).toBe(true);
  });
});

describe("the name to save under", () => {
  test.each([
    ["a path that leads upwards", "../../etc/passwd", "_.._etc_passwd"],
    ["a Windows path", "C:\\Windows\\x.dll", "C__Windows_x.dll"],
    ["hidden", ".bashrc", "bashrc"],
    ["dots behind", "a.exe. .", "a.exe"],
    ["only dots", "..", "download"],
    ["quotes", 'a"b.txt', "a_b.txt"],
  ])("%s", (_case, name, expected) => {
    expect(downloadName(name)).toBe(expected);
  });

  test("is one well-formed path segment for any name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        const saved = downloadName(name);
        expect(saved).not.toMatch(/[/\\]|^\.|^$/u);
        expect(saved.length).toBeLessThanOrEqual(200);
        expect(() => encodeURIComponent(saved)).not.toThrow();
      }),
    );
  });
});
