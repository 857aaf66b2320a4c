import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeAll, describe, expect, it } from "vitest";
import { createPathResolver } from "../paths.ts";
import { type GetFlags, resolveDestination as resolve } from "./settings.ts";

const resolveDestination = (flags: GetFlags, cwd: string, isTerminal: boolean): ReturnType<typeof resolve> =>
  resolve(
    flags,
    createPathResolver(() => cwd),
    isTerminal,
  );

const folder = await sharedTemporaryFolder();
beforeAll(async () => {
  await writeFile(join(folder, "file"), "");
});

describe("where the bytes go", () => {
  it("is the current folder, or the given one", async () => {
    expect(await resolveDestination({}, folder, true)).toEqual({ kind: "folder", path: folder, shown: "this folder" });
    expect(await resolveDestination({ out: folder }, "/", true)).toMatchObject({ path: folder, shown: folder });
    expect(await resolveDestination({ out: "-" }, folder, false)).toEqual({ kind: "stdout" });
  });

  it.each<[string, GetFlags, string, RegExp]>([
    ["a folder that isn't there", { out: "none" }, "cannot-write", /no folder none\. Create it/],
    ["a file", { out: "file" }, "cannot-write", /file is not a folder.*--name/],
    ["a folder in a file", { out: "file/below" }, "cannot-write", /a part of the path is not a folder/],
    ["a folder whose name is not UTF-8", { out: "caf\uFFFD" }, "cannot-write", /name is not valid UTF-8/],
    ["a name on standard output", { out: "-", name: "x" }, "usage", /--name/],
    ["overwriting standard output", { out: "-", overwrite: true }, "usage", /--overwrite/],
  ])("is not %s", async (_what, flags, reason, message) => {
    await expect(resolveDestination(flags, folder, false)).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it("is not a terminal, because the bytes could contain control sequences", async () => {
    await expect(resolveDestination({ out: "-" }, folder, true)).rejects.toMatchObject({ reason: "usage" });
  });
});
