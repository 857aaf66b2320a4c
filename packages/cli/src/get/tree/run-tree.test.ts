import { chmod, lstat, mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ClientError } from "@rangecast/client";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it } from "vitest";
import { FAKE_TIME_MS, type FakeTree, fakeTree, fileOf, hostileEntry } from "../../testing/fake-tree.ts";
import type { GetEvent } from "../report/get-event.ts";
import { PARTS_FOLDER } from "../place/parts-folder.ts";
import { SMALL_BYTES } from "./file-fetcher.ts";
import { runTree, type RunTreeOptions } from "./run-tree.ts";
import { namesOf } from "./tree-path.ts";
import { TreeTally } from "./tree-tally.ts";

const isLinux = process.platform === "linux";
const LARGE = Buffer.alloc(SMALL_BYTES + 100_000, "large ");

let out = "";
beforeEach(async () => {
  out = await temporaryFolder();
});

const at = (...names: string[]): string => join(out, "Share", ...names);

interface Outcome {
  readonly events: readonly GetEvent[];
  /** The error, if there is one. */
  readonly error: unknown;
  readonly tally: TreeTally;
}

async function run(source: FakeTree, flags: RunTreeOptions["flags"] = {}, more: Partial<RunTreeOptions> = {}): Promise<Outcome> {
  const events: GetEvent[] = [];
  const tally = new TreeTally();
  const running = runTree({
    source,
    connection: { path: async () => undefined },
    goal: { kind: "folder", path: Buffer.alloc(0), select: [] },
    shareId: "AAAAAAAAAAAAAAAAAAAAAA",
    name: "Share",
    out,
    localName: "Share",
    flags,
    notices: [],
    report: (event) => void events.push(event),
    tally,
    progressMs: 1000,
    signal: new AbortController().signal,
    ...more,
  });
  const [settled] = await Promise.allSettled([running]);
  expect(source.stillOpen()).toBe(0);
  return { events, error: settled.status === "rejected" ? settled.reason : undefined, tally };
}

const named = ({ events }: Outcome, name: GetEvent["event"]): string[] =>
  events.flatMap((event) => (event.event === name && "path" in event ? [event.path] : [])).toSorted();

/** Everything in the target, as paths; folders end with a slash. */
async function saved(): Promise<string[]> {
  const entries = await readdir(at(), { recursive: true, withFileTypes: true });
  return entries.map((entry) => relative(at(), join(entry.parentPath, entry.name)) + (entry.isDirectory() ? "/" : "")).toSorted();
}

const TREE = {
  "a.txt": fileOf("a"),
  "empty.txt": fileOf(""),
  "Season 1/one.mp4": { bytes: LARGE },
  "Season 1/deep/er/two.txt": fileOf("two"),
  "nothing here": undefined,
};

describe("a folder", () => {
  it("is downloaded with its empty files and folders, and the times of both", async () => {
    const outcome = await run(fakeTree(TREE));
    expect(outcome.error).toBeUndefined();
    expect(await saved()).toEqual([
      "Season 1/",
      "Season 1/deep/",
      "Season 1/deep/er/",
      "Season 1/deep/er/two.txt",
      "Season 1/one.mp4",
      "a.txt",
      "empty.txt",
      "nothing here/",
    ]);
    expect((await readFile(at("Season 1", "one.mp4"))).equals(LARGE)).toBe(true);
    for (const path of ["a.txt", "Season 1/one.mp4", "Season 1/deep", "nothing here"]) {
      expect(Math.abs((await lstat(at(path))).mtimeMs - FAKE_TIME_MS)).toBeLessThanOrEqual(1);
    }
    expect(outcome.events.at(-1)).toMatchObject({
      event: "tree-done",
      saved: 4,
      finished: 0,
      failed: 0,
      existing: 0,
      size: LARGE.length + 4,
    });
  });

  it("is downloaded again in silence, without opening a file", async () => {
    await run(fakeTree(TREE));
    const again = fakeTree(TREE);
    const outcome = await run(again);
    expect([outcome.error, again.opened, named(outcome, "file-saved")]).toEqual([undefined, [], []]);
    expect(outcome.events.at(-1)).toMatchObject({ saved: 0, finished: 4, fetched: 0 });
  });

  it("is listed as it comes, with a bounded number of files open at once", async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`folder ${index % 7}/${index}.txt`, fileOf(`${index}`)]));
    const source = fakeTree(files);
    const { error, tally } = await run(source);
    expect([error, tally.saved, source.listed.length]).toEqual([undefined, 200, 8]);
    expect(source.most()).toBeLessThanOrEqual(32);
    expect(source.most()).toBeGreaterThan(8);
  });

  it("counts what the host left out, and does not fail for it", async () => {
    const outcome = await run(fakeTree({}, { "": { entries: [], skipped: 3 } }));
    expect(outcome.error).toBeUndefined();
    expect(outcome.events.at(-1)).toMatchObject({ event: "tree-done", skipped: 3, failed: 0 });
  });
});

describe("small files of a folder", () => {
  const FILES = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`s/${index}.txt`, fileOf(`${index}`)]));
  const contentOf = (path: string): Promise<string> => readFile(at(...path.split("/")), "utf8");

  it("are downloaded together where the host makes archives", async () => {
    const source = fakeTree(FILES, {}, true);
    const { error, tally } = await run(source);
    expect([error, tally.saved, tally.fetchedBytes]).toEqual([undefined, 500, Object.keys(FILES).join("").length - 500 * "s/.txt".length]);
    expect(source.opened.length).toBeLessThan(10);
    expect(source.opened.every((path) => path.startsWith("s//zip/"))).toBe(true);
    expect(await Promise.all(["s/0.txt", "s/7.txt", "s/499.txt"].map(contentOf))).toEqual(["0", "7", "499"]);
    expect(Math.abs((await lstat(at("s", "7.txt"))).mtimeMs - FAKE_TIME_MS)).toBeLessThanOrEqual(1);
  });

  it("are downloaded each by itself if the archive can't be had, and only those fail that can't be read", async () => {
    const files = { ...FILES, "s/7.txt": fileOf("7", { refused: new ClientError("unreadable", "no permission") }) };
    const outcome = await run(fakeTree(files, {}, true));
    expect(named(outcome, "file-failed")).toEqual(["s/7.txt"]);
    expect(outcome.tally.saved).toBe(499);
  });

  it("are downloaded each by itself if one has changed since it was listed", async () => {
    const listed = { entries: ["1.txt", "2.txt", "3.txt"].map((name) => ({ ...hostileEntry(name), size: 1 })), skipped: 0 };
    const source = fakeTree({ "1.txt": fileOf("1"), "2.txt": fileOf("longer"), "3.txt": fileOf("3") }, { "": listed }, true);
    expect((await run(source)).error).toBeUndefined();
    expect(await Promise.all(["1.txt", "2.txt", "3.txt"].map(contentOf))).toEqual(["1", "longer", "3"]);
  });

  it("that are there already are not downloaded again", async () => {
    await run(fakeTree(Object.fromEntries(Object.entries(FILES).slice(0, 498)), {}, true));
    const again = fakeTree(FILES, {}, true);
    const { tally } = await run(again);
    expect([tally.finished, tally.saved, again.opened.length]).toEqual([498, 2, 2]);
  });
});

describe("a file that fails", () => {
  it("is reported by name, and the others go on", async () => {
    const outcome = await run(
      fakeTree({
        "a.txt": fileOf("a"),
        "locked.txt": fileOf("b", { refused: new ClientError("unreadable", "no permission") }),
        "growing.log": { bytes: LARGE, breaksAt: 100, breaks: new ClientError("file-changed", "the file changed") },
        "sub/c.txt": fileOf("c"),
      }),
    );
    expect(outcome.error).toMatchObject({
      name: "CliError",
      reason: "incomplete",
      message: expect.stringMatching(/^2 files or folders could not/),
    });
    expect(named(outcome, "file-failed")).toEqual(["growing.log", "locked.txt"]);
    expect([await readFile(at("a.txt"), "utf8"), await readFile(at("sub", "c.txt"), "utf8")]).toEqual(["a", "c"]);
  });

  it("ends the download if the connection is lost for good, and keeps what is finished", async () => {
    const lost = new ClientError("no-connection", "it is lost");
    const { error } = await run(fakeTree({ "a.txt": fileOf("a"), "b/b.mp4": { bytes: LARGE, breaksAt: 300_000, breaks: lost } }));
    expect(error).toBe(lost);
    const again = fakeTree({ "a.txt": fileOf("a"), "b/b.mp4": { bytes: LARGE } });
    expect((await run(again)).error).toBeUndefined();
    expect([again.opened, again.starts]).toEqual([["b/b.mp4"], [300_000]]);
    expect(await saved()).toEqual(["a.txt", "b/", "b/b.mp4"]);
    expect((await readFile(at("b", "b.mp4"))).equals(LARGE)).toBe(true);
  });

  it("starts over if the host has another version of its part", async () => {
    const lost = new ClientError("no-connection", "it is lost");
    await run(fakeTree({ "b.mp4": { bytes: LARGE, breaksAt: 300_000, breaks: lost } }));
    const again = fakeTree({ "b.mp4": { bytes: LARGE, etag: '"2"' } });
    expect([(await run(again)).error, again.starts, await saved()]).toEqual([undefined, [0], ["b.mp4"]]);
  });

  it("may be a folder that can't be listed", async () => {
    const outcome = await run(fakeTree({ "a.txt": fileOf("a") }, { "": { entries: [hostileEntry("gone", "folder")], skipped: 0 } }));
    expect([named(outcome, "file-failed"), outcome.error]).toEqual([["gone"], expect.objectContaining({ reason: "incomplete" })]);
  });

  it("stops with the signal, and the reason is the signal's", async () => {
    const stop = new AbortController();
    const source = fakeTree(TREE);
    const open = source.open.bind(source);
    const stopping = { ...source, open: (...args: Parameters<typeof open>) => (stop.abort("interrupted"), open(...args)) };
    expect((await run(stopping, {}, { signal: stop.signal })).error).toBe("interrupted");
  });
});

describe("what is already there", () => {
  const there = async (text: string): Promise<void> => {
    await mkdir(at());
    await writeFile(at("a.txt"), text);
  };

  it("is left alone and listed if it is another version, and the others are downloaded", async () => {
    await there("mine");
    const outcome = await run(fakeTree(TREE));
    expect(outcome.error).toMatchObject({
      reason: "incomplete",
      message: expect.stringMatching(/^1 file that was already there.*--overwrite/),
    });
    expect([named(outcome, "file-exists"), await readFile(at("a.txt"), "utf8")]).toEqual([["a.txt"], "mine"]);
    expect(outcome.events.at(-1)).toMatchObject({ saved: 3, existing: 1 });
  });

  it("is another version if only its time differs", async () => {
    await there("a");
    expect(named(await run(fakeTree(TREE)), "file-exists")).toEqual(["a.txt"]);
    await utimes(at("a.txt"), new Date(), new Date(FAKE_TIME_MS));
    expect(named(await run(fakeTree(TREE)), "file-exists")).toEqual([]);
  });

  it("is replaced with --overwrite", async () => {
    await there("mine");
    const outcome = await run(fakeTree(TREE), { overwrite: true });
    expect([outcome.error, await readFile(at("a.txt"), "utf8")]).toEqual([undefined, "a"]);
  });

  it("is never replaced by --overwrite if it is a folder where a file belongs", async () => {
    await mkdir(at("a.txt", "mine"), { recursive: true });
    const outcome = await run(fakeTree(TREE), { overwrite: true });
    expect([named(outcome, "file-exists"), await readdir(at("a.txt"))]).toEqual([["a.txt"], ["mine"]]);
  });

  it("fails a folder if a file is in its place", async () => {
    await mkdir(at());
    await writeFile(at("Season 1"), "mine");
    const outcome = await run(fakeTree(TREE), { overwrite: true });
    expect([named(outcome, "file-failed"), await readFile(at("Season 1"), "utf8")]).toEqual([["Season 1"], "mine"]);
  });
});

describe("nothing is written outside the target", () => {
  it.each(["..", ".", "../up", "/absolute", "a/b", "x\0y", ""])("for an entry named %j", async (name) => {
    const source = fakeTree({}, { "": { entries: [hostileEntry(name)], skipped: 0 } });
    const { error } = await run(source);
    expect(error).toMatchObject({ message: "not the name of a file" });
    expect([await readdir(out), await readdir(at()), source.opened]).toEqual([["Share"], [], []]);
  });

  it("through a symbolic link in the place of a folder", async () => {
    const outside = await temporaryFolder();
    await mkdir(at());
    await symlink(outside, at("Season 1"));
    const outcome = await run(fakeTree(TREE), { overwrite: true });
    expect([named(outcome, "file-failed"), await readdir(outside)]).toEqual([["Season 1"], []]);
  });

  it("through a symbolic link in the place of a file, which --overwrite replaces", async () => {
    const outside = join(await temporaryFolder(), "mine");
    await writeFile(outside, "mine");
    await mkdir(at());
    await symlink(outside, at("a.txt"));
    expect(named(await run(fakeTree(TREE)), "file-exists")).toEqual(["a.txt"]);
    expect((await run(fakeTree(TREE), { overwrite: true })).error).toBeUndefined();
    expect([await readFile(outside, "utf8"), (await lstat(at("a.txt"))).isFile()]).toEqual(["mine", true]);
  });

  it.each(["Share", `Share/${PARTS_FOLDER}`])("through a symbolic link named %s", async (name) => {
    const outside = await temporaryFolder();
    if (name !== "Share") await mkdir(at());
    await symlink(outside, join(out, name));
    expect((await run(fakeTree(TREE))).error).toMatchObject({ reason: "exists" });
    expect(await readdir(outside)).toEqual([]);
  });

  it("and an entry can't be in the place of the parts", async () => {
    expect((await run(fakeTree({ [`${PARTS_FOLDER}/x.txt`]: fileOf("x") }))).error).toBeUndefined();
    expect(await saved()).toEqual([`${PARTS_FOLDER} (2)/`, `${PARTS_FOLDER} (2)/x.txt`]);
  });

  it("by a tree without an end", async () => {
    const source = fakeTree({});
    const endless = { ...source, readFolder: async () => ({ entries: [hostileEntry("deeper", "folder")], skipped: 0 }) };
    const outcome = await run(endless);
    expect(outcome.error).toMatchObject({ reason: "incomplete" });
    expect(outcome.events.find(({ event }) => event === "file-failed")).toMatchObject({ message: "it is deeper than 128 folders" });
  });
});

describe("names", () => {
  it.runIf(isLinux)("that are no UTF-8 keep their bytes", async () => {
    expect((await run(fakeTree({ "caf\xe9/\xff.txt": fileOf("x") }))).error).toBeUndefined();
    const [name] = await readdir(Buffer.from(at()), { encoding: "buffer" });
    expect(name).toEqual(Buffer.from("caf\xe9", "latin1"));
  });

  it.runIf(isLinux)("that only look dangerous stay as they are", async () => {
    const names = [" leading", "-rf", ".hidden", "a\nb", "a:b?", "trailing. ", "CON", "back\\slash"];
    expect((await run(fakeTree(Object.fromEntries(names.map((name) => [name, fileOf(name)]))))).error).toBeUndefined();
    expect(await readdir(at())).toEqual(names.toSorted());
  });
});

describe("a part of a folder", () => {
  const select = (...paths: string[]): Partial<RunTreeOptions> => ({
    goal: { kind: "folder", path: Buffer.alloc(0), select: paths.map((path) => Buffer.from(path)) },
  });

  it("can be several paths, which keep their places", async () => {
    const source = fakeTree({ ...TREE, "Season 1/three.txt": fileOf("3"), "b/c.txt": fileOf("c") });
    expect((await run(source, {}, select("a.txt", "Season 1/deep", "Season 1/three.txt"))).error).toBeUndefined();
    expect(await saved()).toEqual([
      "Season 1/",
      "Season 1/deep/",
      "Season 1/deep/er/",
      "Season 1/deep/er/two.txt",
      "Season 1/three.txt",
      "a.txt",
    ]);
  });

  it("that is not there is an error before anything is downloaded", async () => {
    const source = fakeTree(TREE);
    expect((await run(source, {}, select("a.txt", "Season 2"))).error).toMatchObject({ reason: "not-found" });
    expect((await run(source, {}, select("a.txt", "empty.txt/b"))).error).toMatchObject({ reason: "not-found" });
    expect(source.opened).toEqual([]);
  });

  it("can be a folder within the share", async () => {
    expect((await run(fakeTree(TREE), {}, { goal: { kind: "folder", path: Buffer.from("Season 1"), select: [] } })).error).toBeUndefined();
    expect(await saved()).toEqual(["deep/", "deep/er/", "deep/er/two.txt", "one.mp4"]);
  });

  it.each<[string, RunTreeOptions["flags"], string[]]>([
    [
      "what is included, with the folders on the way alone",
      { include: ["two.txt"] },
      ["Season 1/", "Season 1/deep/", "Season 1/deep/er/", "Season 1/deep/er/two.txt"],
    ],
    [
      "all of a folder that is included",
      { include: ["Season 1/deep"] },
      ["Season 1/", "Season 1/deep/", "Season 1/deep/er/", "Season 1/deep/er/two.txt"],
    ],
    ["nothing of a folder that is excluded", { exclude: ["season 1", "*here"] }, ["a.txt", "empty.txt"]],
    ["what is included and not excluded", { include: ["*.txt"], exclude: ["Season 1/**", "empty.*"] }, ["a.txt"]],
  ])("can be %s", async (_what, flags, paths) => {
    expect((await run(fakeTree(TREE), flags)).error).toBeUndefined();
    expect(await saved()).toEqual(paths);
  });
});

describe("a dry run", () => {
  it("prints what would be downloaded, with sizes, and writes nothing", async () => {
    const outcome = await run(fakeTree(TREE), { dryRun: true });
    expect([outcome.error, await readdir(out)]).toEqual([undefined, []]);
    expect(outcome.events.find((event) => event.event === "would-fetch" && event.path === "Season 1/one.mp4")).toMatchObject({
      size: LARGE.length,
    });
    expect(outcome.events.at(-1)).toMatchObject({ event: "tree-done", dryRun: true, saved: 4, size: LARGE.length + 4, fetched: 0 });
  });

  it("leaves out what is finished, and lists what would not be replaced", async () => {
    await run(fakeTree(TREE));
    await writeFile(at("a.txt"), "mine");
    const outcome = await run(fakeTree(TREE), { dryRun: true });
    expect([named(outcome, "would-fetch"), named(outcome, "file-exists")]).toEqual([[], ["a.txt"]]);
  });
});

describe("names of the PATHs", () => {
  it("are separated by slashes", () => {
    expect(namesOf(Buffer.from("a/b c/d")).map(String)).toEqual(["a", "b c", "d"]);
    expect(namesOf(Buffer.alloc(0))).toEqual([]);
  });
});

it.skipIf(process.getuid?.() === 0)("reports a folder in which it may not write, and goes on", async () => {
  await mkdir(at("Season 1"), { recursive: true });
  await chmod(at("Season 1"), 0o555);
  const outcome = await run(fakeTree(TREE));
  await chmod(at("Season 1"), 0o755);
  expect([named(outcome, "file-failed").length > 0, await readFile(at("a.txt"), "utf8")]).toEqual([true, "a"]);
});
