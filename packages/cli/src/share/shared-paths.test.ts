import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeAll, describe, expect, it } from "vitest";
import { createPathResolver } from "../paths.ts";
import { type FolderFlags, inspectPaths as inspect } from "./shared-paths.ts";

const inspectPaths = (paths: string[], cwd: string, options: FolderFlags & { name?: string } = {}): ReturnType<typeof inspect> =>
  inspect(
    paths,
    options,
    createPathResolver(() => cwd),
  );
const inspectFile = (path: string, cwd: string): ReturnType<typeof inspect> => inspectPaths([path], cwd);

const folder = await sharedTemporaryFolder();
beforeAll(async () => {
  await writeFile(join(folder, "film.mp4"), "12345");
});

describe("inspectPaths", () => {
  it("resolves the path against the current folder", async () => {
    const path = join(folder, "film.mp4");
    expect(await inspectFile("film.mp4", folder)).toEqual({
      content: { path: [path], exclude: [], all: false, follow: false },
      name: undefined,
      shown: "film.mp4",
      file: path,
      size: 5,
    });
  });

  it("uses the given name instead of the file's own", async () => {
    const shared = await inspectPaths([join(folder, "film.mp4")], "/", { name: "Holiday.mp4" });
    expect(shared).toMatchObject({ name: "Holiday.mp4", shown: "Holiday.mp4" });
  });

  it("follows a symbolic link, and uses the link's name", async () => {
    await symlink("film.mp4", join(folder, "link.mp4"));
    expect(await inspectFile("link.mp4", folder)).toMatchObject({ shown: "link.mp4" });
  });

  it("refuses a missing file", async () => {
    await expect(inspectFile("gone.mp4", folder)).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringMatching(/no file gone\.mp4/),
    });
    await expect(inspectFile("film.mp4/x", folder)).rejects.toMatchObject({ reason: "not-found" });
  });

  it.each(["", "   "])("asks for a file if the path is %j", async (path) => {
    await expect(inspectFile(path, folder)).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringMatching(/^Which file\?/),
    });
  });

  it("says that a name which is not UTF-8 can't be used", async () => {
    await expect(inspectFile("caf\uFFFD.mp4", folder)).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringMatching(/caf\uFFFD\.mp4 can't be opened\. Its name is not valid UTF-8.*symbolic link/),
    });
  });

  it("accepts folders, and several paths", async () => {
    await mkdir(join(folder, "Season 1"));
    expect(await inspectPaths(["Season 1"], folder, { exclude: ["*.part"], all: true })).toMatchObject({
      content: { path: [join(folder, "Season 1")], exclude: ["*.part"], all: true, follow: false },
      shown: "Season 1",
      file: undefined,
    });
    const { content, file } = await inspectPaths(["film.mp4", "Season 1"], folder, { follow: true });
    expect([content.path, content.follow, file]).toEqual([[join(folder, "film.mp4"), join(folder, "Season 1")], true, undefined]);
    await expect(inspectPaths(["Season 1", "gone"], folder)).rejects.toMatchObject({ reason: "not-found" });
  });

  it("refuses options for folders without a folder", async () => {
    await expect(inspectPaths(["film.mp4"], folder, { exclude: ["a"], all: true, follow: true })).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringMatching(/^--exclude, --all, --follow: /),
    });
  });

  it.skipIf(process.platform === "win32")("refuses a device", async () => {
    await expect(inspectFile("/dev/null", folder)).rejects.toMatchObject({ reason: "not-a-file" });
  });

  it("does not let a path's control characters reach the terminal", async () => {
    await expect(inspectFile("a\u001B[2J", folder)).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("\u001B") }),
    );
  });
});
