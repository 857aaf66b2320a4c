import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { contentOf, fill, folderBench, latin1, listOf, namesOf, treeOf } from "../testing/folder-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const NOT_FOUND = { name: "ResourceError", reason: "not-found" };
const isWindows = process.platform === "win32";
const isRoot = process.getuid?.() === 0;

describe("X-15: the list of a folder", () => {
  test("has its files and folders with size and time, in the order of their bytes, and nothing of what is in them", async () => {
    const { tree, folder } = await folderBench(["b.mp4", "a/deep/c", "B", "empty/"]);
    await utimes(`${folder}/b.mp4`, 1, 1_600_000_000.25);
    expect(await namesOf(tree)).toEqual(["B", "a/", "b.mp4", "empty/"]);
    expect((await listOf(tree)).entries[2]).toMatchObject({ size: 5, modifiedMs: 1_600_000_000_250 });
    expect(await namesOf(tree, "a")).toEqual(["deep/"]);
    expect(await namesOf(tree, "a/deep")).toEqual(["c"]);
    expect(await listOf(tree, "empty")).toEqual({ entries: [], skipped: 0 });
  });

  test("shows what is on the disk when it is opened, and keeps that while it is read", async () => {
    const { tree, folder } = await folderBench(["a"]);
    const before = await tree.open(latin1("//list"));
    onTestFinished(() => before.close());
    await writeFile(`${folder}/b`, "");
    await rm(`${folder}/a`);
    expect(await namesOf(tree)).toEqual(["b"]);
    const after = await tree.open(latin1("//list"));
    expect(after.etag).not.toBe(before.etag);
    await after.close();
    expect((await before.read(0, Buffer.alloc(before.size))).bytes).toBe(before.size);
    expect(await before.checkVersion(0)).toBe("same");
  });

  test("of a file, of nothing, or of another kind is refused", async () => {
    const { tree } = await folderBench(["a"]);
    for (const path of ["a//list", "b//list", "a/b//list", "//zap"]) await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
  });

  test.skipIf(isWindows)("leaves out links, fifos and sockets, counts them, and they can't be opened", async () => {
    const { tree, folder } = await folderBench(["a", "d/"]);
    await symlink("a", `${folder}/link`);
    await symlink("nothing", `${folder}/dangling`);
    await symlink("d", `${folder}/linked-folder`);
    execFileSync("mkfifo", [`${folder}/fifo`]);
    const server = createServer().listen(`${folder}/socket`);
    onTestFinished(() => void server.close());
    const { entries, skipped } = await listOf(tree);
    expect([entries.length, skipped]).toEqual([2, 5]);
    for (const path of ["link", "dangling", "linked-folder", "linked-folder//list", "fifo", "socket"]) {
      await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
    }
  });

  test("leaves out hidden and excluded entries without counting them, and they can't be opened", async () => {
    const files = [".hidden", ".git/config", "a.part", "drafts/x", "film.mp4", "sub/a.part"];
    const { tree } = await folderBench(files, { exclude: ["*.part", "/drafts"] });
    expect(await listOf(tree)).toMatchObject({ entries: [{ name: Uint8Array.from(latin1("film.mp4")) }, { kind: "folder" }], skipped: 0 });
    for (const path of [".hidden", ".git/config", ".git//list", "a.part", "drafts/x", "drafts//list", "sub/a.part"]) {
      await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
    }
  });

  test.skipIf(isWindows || isRoot)("of a folder without permission is refused as unreadable", async () => {
    const { tree, folder } = await folderBench(["locked/a", "b"]);
    await chmod(`${folder}/locked`, 0);
    onTestFinished(() => chmod(`${folder}/locked`, 0o700));
    await chmod(`${folder}/b`, 0);
    await expect(listOf(tree, "locked")).rejects.toMatchObject({ reason: "unreadable", cause: { code: "EACCES" } });
    await expect(tree.open(latin1("locked/a"))).rejects.toMatchObject({ reason: "unreadable" });
    await expect(tree.open(latin1("b"))).rejects.toMatchObject({ reason: "unreadable" });
  });
});

describe("X-14: the files of a folder", () => {
  test("are opened by their path, with type, time and version", async () => {
    const { tree, folder } = await folderBench(["Season 1/e1.txt"]);
    await utimes(`${folder}/Season 1/e1.txt`, 1, 1_600_000_000);
    const file = await tree.open(latin1("Season 1/e1.txt"));
    onTestFinished(() => file.close());
    expect(file).toMatchObject({ name: "e1.txt", size: 15, modifiedMs: 1_600_000_000_000, mediaType: "text/plain" });
    expect(await contentOf(tree, "Season 1/e1.txt")).toBe("Season 1/e1.txt");
  });

  test.skipIf(isWindows || process.platform === "darwin")("may have names that are no UTF-8, and are in such folders", async () => {
    const { tree } = await folderBench(["caf\xe9.mp4", "\xff\xfe/\xe9", "a\nb", "\\"]);
    expect(await namesOf(tree)).toEqual(["\\", "a\nb", "caf\xe9.mp4", "\xff\xfe/"]);
    expect(await namesOf(tree, "\xff\xfe")).toEqual(["\xe9"]);
    for (const path of ["caf\xe9.mp4", "\xff\xfe/\xe9", "a\nb", "\\"]) expect(await contentOf(tree, path)).toBe(path);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ["rewritten", (path) => writeFile(path, "x")],
    ["shrunk", (path) => truncate(path, 0)],
    ["grown", (path) => appendFile(path, "more")],
    ["gone", (path) => rm(path)],
    ["replaced", (path) => writeFile(`${path}2`, "b").then(() => rename(`${path}2`, path))],
  ])("that were %s after they were opened are noticed", async (change, act) => {
    const { tree, folder } = await folderBench(["f"]);
    const file = await tree.open(latin1("f"));
    onTestFinished(() => file.close());
    await act(`${folder}/f`);
    expect(await file.checkVersion(0)).toBe(change);
  });

  test("a folder is no file, and the root is none", async () => {
    const { tree } = await folderBench(["a/b"]);
    await expect(tree.open(latin1("a"))).rejects.toMatchObject(NOT_FOUND);
    expect([tree.root.size, await tree.root.checkVersion(0)]).toEqual([0, "same"]);
  });

  test.skipIf(isWindows)("names of 255 bytes and paths of 4,000 bytes work; longer ones are not found", async () => {
    const long = "n".repeat(255);
    const { tree, outside } = await folderBench([long]);
    expect(await contentOf(tree, long)).toBe(long);
    await expect(tree.open(latin1(`${long}n`))).rejects.toMatchObject(NOT_FOUND);
    const deep = Array.from({ length: Math.floor((3500 - outside.length) / 100) }, () => "d".repeat(99)).join("/");
    const { tree: other } = await folderBench([`${deep}/f`]);
    expect(await contentOf(other, `${deep}/f`)).toBe(`${deep}/f`);
    expect(await namesOf(other, deep)).toEqual(["f"]);
    await expect(other.open(latin1(`${deep}/${deep}/f`))).rejects.toMatchObject(NOT_FOUND);
  });
});

describe("a share of several paths", () => {
  test("has their names as its root; equal ones are told apart", async () => {
    const folder = await temporaryFolder();
    await fill(folder, ["one/film.mp4", "two/film.mp4", "three/.x/a", "four/x/b", "five/x/c"]);
    const paths = ["one/film.mp4", "two/film.mp4", "three/.x", "four/x", "five/x"].map((path) => `${folder}/${path}`);
    const tree = await treeOf(paths);
    expect(await namesOf(tree)).toEqual([".x/", "film (2).mp4", "film.mp4", "x/", "x (2)/"]);
    expect(await contentOf(tree, "film (2).mp4")).toBe("two/film.mp4");
    expect(await contentOf(tree, "x (2)/c")).toBe("five/x/c");
    expect(await namesOf(tree, ".x")).toEqual(["a"]);
    for (const path of ["film.mp4/a", "x", "nothing", "film.mp4//list", "one/film.mp4"]) {
      await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
    }
    await rm(`${folder}/one/film.mp4`);
    await rm(`${folder}/two/film.mp4`);
    await mkdir(`${folder}/two/film.mp4`);
    expect(await listOf(tree)).toMatchObject({ entries: { length: 3 }, skipped: 2 });
  });

  test("a path that doesn't exist, or is neither a file nor a folder, is refused", async () => {
    const folder = await temporaryFolder();
    await expect(treeOf([`${folder}/nothing`])).rejects.toMatchObject({ name: "StreamError", reason: "cannot-open" });
    if (!isWindows) await expect(treeOf(["/dev/null"])).rejects.toMatchObject({ reason: "not-a-file" });
  });
});

describe.skipIf(isWindows)("a shared folder", () => {
  test("may be a symbolic link, which may be changed", async () => {
    const { outside } = await folderBench(["a"]);
    await fill(outside, ["other/b"]);
    await symlink(`${outside}/share`, `${outside}/current`);
    const tree = await treeOf([`${outside}/current`]);
    expect([await namesOf(tree), await contentOf(tree, "a")]).toEqual([["a"], "a"]);
    await rm(`${outside}/current`);
    await symlink("other", `${outside}/current`);
    expect(await namesOf(tree)).toEqual(["b"]);
  });

  test("that is gone or became a file has nothing; one that took its place is shared", async () => {
    const { tree, folder } = await folderBench(["a"]);
    await rm(folder, { recursive: true });
    await expect(listOf(tree)).rejects.toMatchObject(NOT_FOUND);
    await writeFile(folder, "");
    await expect(listOf(tree)).rejects.toMatchObject(NOT_FOUND);
    await rm(folder);
    await fill(folder, ["b"]);
    expect(await namesOf(tree)).toEqual(["b"]);
  });
});
