import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookAt, publish, refuseTaken } from "./save-target.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-target-"));
  await writeFile(at("part"), "new");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("publish", () => {
  it("gives the part its name, and leaves no part", async () => {
    await publish(at("part"), at("film.mp4"), false);
    expect([await readFile(at("film.mp4"), "utf8"), await lookAt(at("part"))]).toEqual(["new", undefined]);
    expect((await lstat(at("film.mp4"))).nlink).toBe(1);
  });

  it("takes no name that somebody else took meanwhile, and keeps the part", async () => {
    await writeFile(at("film.mp4"), "old");
    await expect(publish(at("part"), at("film.mp4"), false)).rejects.toMatchObject({ code: "EEXIST" });
    expect([await readFile(at("film.mp4"), "utf8"), await readFile(at("part"), "utf8")]).toEqual(["old", "new"]);
  });

  it("takes a name from a link that leads nowhere neither", async () => {
    await symlink(at("elsewhere"), at("film.mp4"));
    await expect(publish(at("part"), at("film.mp4"), false)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await lookAt(at("elsewhere"))).toBeUndefined();
  });

  it("replaces a file when asked to, and a link instead of what it leads to", async () => {
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
    expect([await readFile(at("film.mp4"), "utf8"), await lookAt(at("part"))]).toEqual(["new", undefined]);
  });

  it("takes no name that is taken", async () => {
    await writeFile(at("film.mp4"), "old");
    await expect(publish(at("part"), at("film.mp4"), false, noLinks)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await readFile(at("film.mp4"), "utf8")).toBe("old");
  });

  it("gives the name free again when it can't be used", async () => {
    await expect(publish(at("none"), at("film.mp4"), false, noLinks)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await lookAt(at("film.mp4"))).toBeUndefined();
  });
});

describe("refuseTaken", () => {
  it("refuses what is there, a folder even where files may be replaced", async () => {
    await mkdir(at("folder"));
    expect(() => refuseTaken(undefined, "x", false)).not.toThrow();
    const [file, dir] = [await lookAt(at("part")), await lookAt(at("folder"))];
    expect(() => refuseTaken(file, "part", false)).toThrow(/part already.*--overwrite/);
    expect(() => refuseTaken(file, "part", true)).not.toThrow();
    expect(() => refuseTaken(dir, "folder", true)).toThrow(/folder is a folder/);
  });
});
