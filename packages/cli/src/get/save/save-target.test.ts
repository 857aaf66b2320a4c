import { lstat, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it } from "vitest";
import { statOf, publish, refuseExisting } from "./save-target.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(at("part"), "new");
});

describe("publish", () => {
  it("gives the part its name, and leaves no part", async () => {
    await publish(at("part"), at("film.mp4"), false);
    expect([await readFile(at("film.mp4"), "utf8"), await statOf(at("part"))]).toEqual(["new", undefined]);
    expect((await lstat(at("film.mp4"))).nlink).toBe(1);
  });

  it("doesn't replace a file created in the meantime, and keeps the part", async () => {
    await writeFile(at("film.mp4"), "old");
    await expect(publish(at("part"), at("film.mp4"), false)).rejects.toMatchObject({ code: "EEXIST" });
    expect([await readFile(at("film.mp4"), "utf8"), await readFile(at("part"), "utf8")]).toEqual(["old", "new"]);
  });

  it("doesn't replace a dangling link either", async () => {
    await symlink(at("elsewhere"), at("film.mp4"));
    await expect(publish(at("part"), at("film.mp4"), false)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await statOf(at("elsewhere"))).toBeUndefined();
  });

  it("replaces a file with --overwrite, and a link instead of its target", async () => {
    await writeFile(at("mine"), "mine");
    await symlink(at("mine"), at("film.mp4"));
    await publish(at("part"), at("film.mp4"), true);
    expect([await readFile(at("film.mp4"), "utf8"), await readFile(at("mine"), "utf8")]).toEqual(["new", "mine"]);
  });
});

describe("publish on a file system without hard links", () => {
  const noLinks = (): Promise<never> => Promise.reject(Object.assign(new Error("no links"), { code: "EPERM" }));

  it("gives the part its name, and leaves no part", async () => {
    await publish(at("part"), at("film.mp4"), false, noLinks);
    expect([await readFile(at("film.mp4"), "utf8"), await statOf(at("part"))]).toEqual(["new", undefined]);
  });

  it("doesn't replace an existing file", async () => {
    await writeFile(at("film.mp4"), "old");
    await expect(publish(at("part"), at("film.mp4"), false, noLinks)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await readFile(at("film.mp4"), "utf8")).toBe("old");
  });

  it("frees the reserved name if the rename fails", async () => {
    await expect(publish(at("none"), at("film.mp4"), false, noLinks)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await statOf(at("film.mp4"))).toBeUndefined();
  });
});

describe("refuseExisting", () => {
  it("refuses an existing file, and a folder even with --overwrite", async () => {
    await mkdir(at("folder"));
    expect(() => refuseExisting(undefined, "x", false)).not.toThrow();
    const [file, dir] = [await statOf(at("part")), await statOf(at("folder"))];
    expect(() => refuseExisting(file, "part", false)).toThrow(/part already exists.*--overwrite/);
    expect(() => refuseExisting(file, "part", true)).not.toThrow();
    expect(() => refuseExisting(dir, "folder", true)).toThrow(/folder is a folder/);
  });
});
