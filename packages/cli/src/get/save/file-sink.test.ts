import { link, lstat, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it } from "vitest";
import { type FileSink, openFileSink } from "./file-sink.ts";
import { thisProcess } from "./part-owner.ts";
import { SYNC_BYTES } from "./part-file.ts";
import { partName } from "./part-name.ts";

const WHOLE = "0123456789";
const KEY = { shareId: "AAAAAAAAAAAAAAAAAAAAAA", etag: '"one"', size: WHOLE.length };
/** A process that does not exist: above the highest process id of any system. */
const DEAD = { ...thisProcess(), pid: 2 ** 31 - 1, start: "1" };
const NEWER = { ...KEY, etag: '"two"' };
/** Larger than any disk. */
const TOO_LARGE = 2 ** 60;

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await temporaryFolder();
});

type Options = Partial<Parameters<typeof openFileSink>[0]>;
const openSink = (options: Options = {}): Promise<FileSink> =>
  openFileSink({ folder, name: "film.mp4", key: KEY, resumable: true, overwrite: false, ...options });

/** A run that stops after these bytes. */
async function stopAfter(bytes: number, options: Options = {}): Promise<boolean> {
  const sink = await openSink(options);
  await sink.write(Buffer.from(WHOLE.slice(sink.length, bytes)));
  return sink.close();
}

/** A run that completes. */
async function fetchAll(options: Options = {}): Promise<number> {
  const sink = await openSink(options);
  const resumed = sink.length;
  await sink.write(Buffer.from(WHOLE.slice(resumed)));
  await sink.finish();
  await sink.close();
  return resumed;
}

describe("a downloaded file", () => {
  it("gets its name only when it is complete, and leaves no part", async () => {
    const sink = await openSink();
    await sink.write(Buffer.from(WHOLE));
    expect(await readdir(folder)).toEqual([partName("film.mp4", KEY, thisProcess())]);
    await sink.finish();
    expect(await sink.close()).toBe(false);
    expect([await readdir(folder), await readFile(at("film.mp4"), "utf8")]).toEqual([["film.mp4"], WHOLE]);
  });

  it("continues where it stopped, also under another name", async () => {
    expect(await stopAfter(4)).toBe(true);
    expect(await stopAfter(6)).toBe(true);
    expect(await fetchAll({ name: "other.mp4" })).toBe(6);
    expect([await readdir(folder), await readFile(at("other.mp4"), "utf8")]).toEqual([["other.mp4"], WHOLE]);
  });

  it("continues after the program was killed during a write", async () => {
    await writeFile(at(partName("film.mp4", KEY, DEAD)), WHOLE.slice(0, 7));
    expect(await fetchAll()).toBe(7);
    expect([await readdir(folder), await readFile(at("film.mp4"), "utf8")]).toEqual([["film.mp4"], WHOLE]);
  });

  it("distrusts the end of the part if the machine booted since", async () => {
    const size = SYNC_BYTES * 3;
    await stopAfter(4, { key: { ...KEY, size } });
    const path = at(partName("film.mp4", { ...KEY, size }));
    await truncate(path, SYNC_BYTES + 100);
    await utimes(path, 1000, 1000);
    const sink = await openSink({ key: { ...KEY, size } });
    await sink.close();
    expect([sink.length, (await lstat(path)).size]).toEqual([100, 100]);
  });

  it("starts over and deletes the part if that is of another version", async () => {
    await stopAfter(4);
    const sink = await openSink({ key: NEWER });
    expect([sink.length, sink.outdated, await readdir(folder)]).toEqual([0, true, [partName("film.mp4", NEWER, thisProcess())]]);
    await sink.close();
  });

  it("leaves the part of another share alone", async () => {
    const other = { ...KEY, shareId: "BBBBBBBBBBBBBBBBBBBBBB" };
    await stopAfter(4, { key: other });
    expect(await fetchAll()).toBe(0);
    expect(await readdir(folder)).toEqual(["film.mp4", partName("film.mp4", other)]);
  });

  it("keeps no part that can't be continued", async () => {
    expect([await stopAfter(4, { resumable: false }), await stopAfter(0), await readdir(folder)]).toEqual([false, false, []]);
  });

  it("starts over if the part is longer than the file", async () => {
    await writeFile(at(partName("film.mp4", KEY)), `${WHOLE} and more`);
    expect(await fetchAll()).toBe(0);
    expect(await readFile(at("film.mp4"), "utf8")).toBe(WHOLE);
  });

  it("is refused at once if another process downloads any version of it, and leaves that part alone", async () => {
    const one = await openSink();
    await one.write(Buffer.from("0123"));
    for (const options of [{}, { key: NEWER }, { name: "other.mp4" }, { overwrite: true }]) {
      await expect(openSink(options)).rejects.toMatchObject({
        reason: "in-use",
        message: expect.stringMatching(
          new RegExp(`^Another rangecast \\(process ${process.pid}\\) is already downloading this file into this folder`),
        ),
      });
    }
    await one.write(Buffer.from("456789"));
    await one.finish();
    await one.close();
    expect([await readdir(folder), await readFile(at("film.mp4"), "utf8")]).toEqual([["film.mp4"], WHOLE]);
  });

  it("is refused if another process downloads another file of that name", async () => {
    const other = await openSink({ key: { ...KEY, shareId: "BBBBBBBBBBBBBBBBBBBBBB" } });
    await expect(openSink()).rejects.toMatchObject({
      reason: "in-use",
      message: expect.stringMatching(/another file named film\.mp4.*--name/),
    });
    const mine = await openSink({ name: "mine.mp4" });
    await Promise.all([other.close(), mine.close()]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is downloaded by one of several processes that start at once, and the others are refused", async () => {
    await stopAfter(4);
    const outcomes = await Promise.allSettled([openSink(), openSink(), openSink()]);
    const opened = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(opened.map((sink) => sink.length)).toEqual([4]);
    await opened[0]?.close();
    expect(await readdir(folder)).toEqual([partName("film.mp4", KEY)]);
  });

  it("reports whether its part or its folder is gone", async () => {
    for (const [lost, message] of [
      [() => rm(at(partName("film.mp4", KEY, thisProcess()))), /^it was moved or deleted/],
      [() => rm(folder, { recursive: true }), /^its folder was/],
    ] as const) {
      const sink = await openSink();
      await sink.write(Buffer.from(WHOLE));
      await lost();
      await expect(sink.finish()).rejects.toMatchObject({ name: "PartGoneError", message: expect.stringMatching(message) });
      await sink.close();
    }
  });

  it("is complete at once if the last run ended between the two steps of publish()", async () => {
    await stopAfter(10);
    await link(at(partName("film.mp4", KEY)), at("film.mp4"));
    expect(await fetchAll()).toBe(10);
    expect([await readdir(folder), await readFile(at("film.mp4"), "utf8")]).toEqual([["film.mp4"], WHOLE]);
  });
});

describe("a name that is taken", () => {
  it.each<[string, () => Promise<void>]>([
    ["a file", () => writeFile(at("film.mp4"), "mine")],
    ["a link that leads nowhere", () => symlink(at("elsewhere"), at("film.mp4"))],
  ])("by %s is refused before anything is downloaded", async (_what, take) => {
    await take();
    await expect(openSink()).rejects.toMatchObject({ reason: "exists", message: expect.stringContaining("--overwrite") });
    expect(await readdir(folder)).toEqual(["film.mp4"]);
  });

  it("is replaced with --overwrite, and only when the download is complete", async () => {
    await writeFile(at("film.mp4"), "mine");
    await stopAfter(4, { overwrite: true });
    expect(await readFile(at("film.mp4"), "utf8")).toBe("mine");
    expect(await fetchAll({ overwrite: true })).toBe(4);
    expect([await readdir(folder), await readFile(at("film.mp4"), "utf8")]).toEqual([["film.mp4"], WHOLE]);
  });

  it("during the download is not replaced, and the part is kept", async () => {
    const sink = await openSink();
    await sink.write(Buffer.from(WHOLE));
    await writeFile(at("film.mp4"), "mine");
    await expect(sink.finish()).rejects.toMatchObject({ code: "EEXIST" });
    expect(await sink.close()).toBe(true);
    expect(await readFile(at("film.mp4"), "utf8")).toBe("mine");
    expect(await fetchAll({ overwrite: true })).toBe(10);
  });
});

describe("a part that is a link", () => {
  it("is not followed if it is a symbolic link", async () => {
    await writeFile(at("mine"), "mine");
    await symlink(at("mine"), at(partName("film.mp4", KEY)));
    await stopAfter(4);
    expect([await readFile(at("mine"), "utf8"), await readFile(at(partName("film.mp4", KEY)), "utf8")]).toEqual(["mine", "0123"]);
  });

  it("is not written to if it is a hard link", async () => {
    await writeFile(at("mine"), "mine");
    await link(at("mine"), at(partName("film.mp4", KEY)));
    await expect(openSink()).rejects.toMatchObject({ reason: "cannot-write" });
    expect(await readFile(at("mine"), "utf8")).toBe("mine");
  });
});

it("refuses a file that doesn't fit the disk before the download, and leaves nothing", async () => {
  await expect(openSink({ key: { ...KEY, size: TOO_LARGE } })).rejects.toMatchObject({
    reason: "no-space",
    message: expect.stringMatching(/not enough space.*1\.2 EB needed/),
  });
  expect(await readdir(folder)).toEqual([]);
  await writeFile(at(partName("film.mp4", { ...KEY, size: TOO_LARGE })), "part");
  await expect(openSink({ key: { ...KEY, size: TOO_LARGE } })).rejects.toMatchObject({ reason: "no-space", resumable: true });
});
