import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutName, MAX_SAVED_NAME_BYTES, saveName } from "./save-name.ts";

describe("saveName", () => {
  it.each<[string, string, string]>([
    ["a usual name", "film.mp4", "film.mp4"],
    ["a title in any writing", "Amélie — 天使 (2001): 1?.mkv", "Amélie — 天使 (2001): 1?.mkv"],
    ["a path upwards", "../../etc/passwd", "passwd"],
    ["a path upwards on Windows", "..\\..\\x.dll", "x.dll"],
    ["an absolute path", "/etc/cron.d/job", "job"],
    ["a folder", "films/", "download"],
    ["this folder", ".", "download"],
    ["the folder above", "..", "download"],
    ["nothing", "", "download"],
    ["spaces alone", "   ", "download"],
    ["a hidden file", ".bashrc", "bashrc"],
    ["a hidden file behind a space", " .profile", "profile"],
    ["an option", "-rf", "_rf"],
    ["a device", "CON", "_CON"],
    ["a device with an extension", "nul.txt", "_nul.txt"],
    ["a device with a space before the dot", "COM1 .txt", "_COM1 .txt"],
    ["a device with a superscript", "lpt².log", "_lpt².log"],
    ["a word that begins as a device", "console.log", "console.log"],
    ["an end that Windows drops", "film.exe. . ", "film.exe"],
    ["a control character", "a\u001B[2Jb\n.mp4", "a_[2Jb_.mp4"],
    ["a direction that hides an extension", "photo\u202Egpj.exe", "photo_gpj.exe"],
    ["a null", "film.mp4\0.exe", "film.mp4_.exe"],
    ["half a character", "a\uD800b", "a_b"],
  ])("makes of %s a file's name", (_what, theirs, ours) => {
    expect(saveName(theirs, "linux")).toBe(ours);
  });

  it("removes characters that Windows does not allow", () => {
    expect(saveName('film.mp4:hidden <1> "2" |?*', "win32")).toBe("film.mp4_hidden _1_ _2_ ___");
  });

  it("cuts a long name, and keeps its extension", () => {
    const cut = saveName(`${"é".repeat(300)}.mp4`, "linux");
    expect(cut).toMatch(/^é+\.mp4$/);
    expect(Buffer.byteLength(cut)).toBe(MAX_SAVED_NAME_BYTES);
  });

  it("is never a path, empty, hidden or too long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.constantFrom("linux", "win32"), (theirs, platform) => {
        const name = saveName(theirs, platform);
        expect(name).not.toMatch(/[/\\\0]|^\.|[.\s]$/u);
        expect(Buffer.byteLength(name)).toBeGreaterThan(0);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_SAVED_NAME_BYTES + 1);
        expect(saveName(name, platform)).toBe(name);
      }),
    );
  });
});

describe("cutName", () => {
  it("drops a long extension", () => {
    expect(cutName(`a.${"b".repeat(40)}`, 10)).toBe("a.bbbbbbbb");
  });
});
