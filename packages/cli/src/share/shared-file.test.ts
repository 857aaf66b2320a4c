import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeAll, describe, expect, it } from "vitest";
import { createPathResolver } from "../paths.ts";
import { inspectFile as inspect } from "./shared-file.ts";

const inspectFile = (path: string, name: string | undefined, cwd: string): ReturnType<typeof inspect> =>
  inspect(
    path,
    name,
    createPathResolver(() => cwd),
  );

const folder = await sharedTemporaryFolder();
beforeAll(async () => {
  await writeFile(join(folder, "film.mp4"), "12345");
});

describe("inspectFile", () => {
  it("resolves the path against the current folder", async () => {
    expect(await inspectFile("film.mp4", undefined, folder)).toEqual({ path: join(folder, "film.mp4"), name: "film.mp4", size: 5 });
  });

  it("uses the given name instead of the file's own", async () => {
    expect(await inspectFile(join(folder, "film.mp4"), "Holiday.mp4", "/")).toMatchObject({ name: "Holiday.mp4" });
  });

  it("follows a symbolic link, and uses the link's name", async () => {
    await symlink("film.mp4", join(folder, "link.mp4"));
    expect(await inspectFile("link.mp4", undefined, folder)).toMatchObject({ name: "link.mp4", size: 5 });
  });

  it("refuses a missing file", async () => {
    await expect(inspectFile("gone.mp4", undefined, folder)).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringMatching(/no file gone\.mp4/),
    });
    await expect(inspectFile("film.mp4/x", undefined, folder)).rejects.toMatchObject({ reason: "not-found" });
  });

  it.each(["", "   "])("asks for a file if the path is %j", async (path) => {
    await expect(inspectFile(path, undefined, folder)).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringMatching(/^Which file\?/),
    });
  });

  it("says that a name which is not UTF-8 can't be used", async () => {
    await expect(inspectFile("caf\uFFFD.mp4", undefined, folder)).rejects.toMatchObject({
      reason: "not-found",
      message: expect.stringMatching(/caf\uFFFD\.mp4 can't be opened\. Its name is not valid UTF-8.*symbolic link/),
    });
  });

  it("refuses a folder, and says that folders can't be shared yet", async () => {
    await expect(inspectFile(".", undefined, folder)).rejects.toMatchObject({
      reason: "not-a-file",
      message: expect.stringMatching(/is a folder/),
    });
  });

  it.skipIf(process.platform === "win32")("refuses a device", async () => {
    await expect(inspectFile("/dev/null", undefined, folder)).rejects.toMatchObject({ reason: "not-a-file" });
  });

  it("does not let a path's control characters reach the terminal", async () => {
    await expect(inspectFile("a\u001B[2J", undefined, folder)).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("\u001B") }),
    );
  });
});
