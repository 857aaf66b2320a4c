import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPathResolver, missingText } from "./paths.ts";

function gone(): never {
  throw Object.assign(new Error("ENOENT: process.cwd failed, uv_cwd"), { code: "ENOENT" });
}

describe("createPathResolver", () => {
  it("resolves against the current folder", () => {
    expect(createPathResolver(() => "/films")("a.mp4")).toBe("/films/a.mp4");
    expect(createPathResolver(() => "/films")("/b.mp4")).toBe("/b.mp4");
  });

  it("reports a deleted current folder, for relative paths", () => {
    const resolvePath = createPathResolver(gone);
    expect(() => resolvePath("a.mp4")).toThrow(
      expect.objectContaining({ reason: "not-found", message: expect.stringMatching(/^The current folder is gone/) }),
    );
    expect(resolvePath("/b.mp4")).toBe("/b.mp4");
  });

  it("reports a current folder whose name is not UTF-8, for relative paths", () => {
    const resolvePath = createPathResolver(() => "/nowhere/caf\uFFFD");
    expect(() => resolvePath("a.mp4")).toThrow(/current folder can't be used\. Its name is not valid UTF-8/);
    expect(resolvePath("/b.mp4")).toBe("/b.mp4");
  });

  it("accepts a folder whose name really contains U+FFFD", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rangecast-\uFFFD-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    expect(createPathResolver(() => folder)("a.mp4")).toBe(join(folder, "a.mp4"));
  });
});

describe("missingText", () => {
  it("blames the name only if it could not be decoded", () => {
    expect(missingText("a.mp4", "a.mp4", "file")).toBe("There is no file a.mp4.");
    expect(missingText("\uFFFD", "\uFFFD", "folder")).toMatch(/^The folder \uFFFD can't be opened\. Its name is not valid UTF-8/);
  });
});
