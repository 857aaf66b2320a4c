import { execFile, execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryCrcStore } from "./crcs/crc-store.ts";
import { MemoryFolder, readZip, zipBench } from "../testing/zip-bench.ts";

const run = promisify(execFile);

const TREE = {
  "a.txt": "first",
  "empty.bin": "",
  "nothing/": "",
  "Season 1/e1.mp4": patternBytes(0, 100_000),
  "Season 1/\xc3\xa4\xe2\x82\xac.srt": "subtitles",
  "caf\xe9": "no UTF-8",
  "z/y/x/deep": "deep",
};

const hasProgram = (name: string, ...args: string[]): boolean => {
  try {
    execFileSync(name, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

describe("X-18: a folder as zip", () => {
  const LIST = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for info in archive.infolist(): print(info.filename, info.file_size, info.date_time, info.compress_type)
`;

  test.skipIf(!hasProgram("python3", "--version"))("is read by Python's zipfile, with all names, sizes and times", async () => {
    const { zip } = await zipBench(new MemoryFolder(TREE));
    const path = `${await temporaryFolder()}/a.zip`;
    await writeFile(path, await readZip(zip));
    const { stdout } = await run("python3", ["-X", "utf8", "-c", LIST, path]);
    const time = "(2023, 11, 14, 22, 13, 20) 0";
    expect(stdout.trimEnd().split("\n")).toEqual(
      [
        "Season 1/ 0",
        "Season 1/e1.mp4 100000",
        "Season 1/ä€.srt 9",
        "a.txt 5",
        "caf%E9 8",
        "empty.bin 0",
        "nothing/ 0",
        "z/ 0",
        "z/y/ 0",
        "z/y/x/ 0",
        "z/y/x/deep 4",
      ].map((line) => `${line} ${time}`),
    );
  });

  test.skipIf(!hasProgram("unzip", "-v"))("is accepted by unzip, which extracts what was put in", async () => {
    const { zip } = await zipBench(new MemoryFolder(TREE));
    const folder = await temporaryFolder();
    await writeFile(`${folder}/a.zip`, await readZip(zip));
    await run("unzip", ["-t", `${folder}/a.zip`]);
    const { stdout } = await run("unzip", ["-p", `${folder}/a.zip`, "Season 1/e1.mp4"], { encoding: "buffer" });
    expect(stdout.equals(TREE["Season 1/e1.mp4"])).toBe(true);
  });

  test("gives the same bytes for any tree, whatever ranges are read in whatever order", async () => {
    const name = fc.stringMatching(/^[a-c\xe4.]{1,4}$/u).filter((text) => !/^\.{1,2}$/u.test(text));
    const path = fc.array(name, { minLength: 1, maxLength: 3 });
    const file = fc.record({ path, bytes: fc.uint8Array({ maxLength: 200 }), isFolder: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 12 }), fc.infiniteStream(fc.nat()), async (files, numbers) => {
        const tree = new MemoryFolder();
        for (const { path: names, bytes, isFolder } of files) {
          // Folders have another alphabet, so that no file is in the way.
          const [last = "", ...folders] = [...names].toReversed();
          tree.write(
            [...folders.toReversed().map((folder) => `d${folder}/`), isFolder ? `d${last}/` : last].join(""),
            isFolder ? new Uint8Array(0) : bytes,
          );
        }
        const { zip: whole } = await zipBench(tree);
        const expected = await readZip(whole);
        const { zip } = await zipBench(tree);
        const ranges: { start: number; end: number; rank: number }[] = [];
        for (let start = 0; start < zip.size;) {
          const end = Math.min(zip.size, start + 1 + ((numbers.next().value ?? 0) % 300));
          ranges.push({ start, end, rank: (numbers.next().value ?? 0) % 1000 });
          start = end;
        }
        ranges.sort((one, other) => one.rank - other.rank);
        const parts = await Promise.all(ranges.map(({ start, end }) => readZip(zip, start, end)));
        const bytes = Buffer.alloc(zip.size);
        for (const [at, { start }] of ranges.entries()) bytes.set(parts[at] ?? [], start);
        expect(zip.etag).toBe(whole.etag);
        expect(bytes.equals(expected)).toBe(true);
      }),
      { numRuns: 60, seed: 14 },
    );
  });

  test("has another etag when a name, a size, a time or a version differs, and the same for the same tree", async () => {
    const tree = new MemoryFolder(TREE);
    const etags = [(await zipBench(tree)).zip.etag];
    expect((await zipBench(new MemoryFolder(TREE))).zip.etag).toBe(etags[0]);
    const changes: (() => void)[] = [
      () => tree.write("a.txt", Buffer.from("other")),
      () => tree.write("b.txt", Buffer.from("b")),
      () => tree.files.delete("nothing/"),
      () => tree.write("z/", new Uint8Array(0), 1_600_000_000_000),
    ];
    for (const change of changes) {
      change();
      etags.push((await zipBench(tree)).zip.etag);
    }
    expect(new Set(etags).size).toBe(5);
    expect(etags[0]).toMatch(/^"[\w-]{22}"$/u);
  });

  test("that is empty is an archive without entries", async () => {
    const { zip } = await zipBench(new MemoryFolder());
    expect((await readZip(zip)).toString("hex")).toBe(`504b0506${"00".repeat(18)}`);
  });

  test("gives nothing past its end", async () => {
    const { zip } = await zipBench(new MemoryFolder(TREE));
    expect(await zip.read(zip.size, Buffer.alloc(5))).toEqual({ bytes: 0, change: "same" });
    expect(await zip.read(zip.size - 3, Buffer.alloc(5))).toEqual({ bytes: 3, change: "same" });
  });
});

describe("X-19: the CRCs of a zip", () => {
  test("that are needed before their files were read are computed once, and are those of a read in order", async () => {
    const tree = new MemoryFolder(TREE);
    const expected = await readZip((await zipBench(tree)).zip);
    const { zip } = await zipBench(tree);
    expect((await readZip(zip, zip.size - 300)).equals(expected.subarray(-300))).toBe(true);
    const { rereadBytes } = zip;
    expect(rereadBytes).toBeGreaterThan(0);
    await readZip(zip, zip.size - 300);
    expect(zip.rereadBytes).toBe(rereadBytes);
  });

  test("need no other reads when the archive is read in order", async () => {
    const { zip } = await zipBench(new MemoryFolder(TREE));
    for (let at = 0; at < zip.size; at += 1000) await readZip(zip, at, Math.min(zip.size, at + 1000));
    expect(zip.rereadBytes).toBe(0);
  });

  test("are kept: another session reads only what is missing", async () => {
    const tree = new MemoryFolder({ a: patternBytes(0, 100_000), b: patternBytes(0, 50_000) });
    const store = memoryCrcStore();
    const { zip: first } = await zipBench(tree, { store });
    const expected = await readZip((await zipBench(tree)).zip);
    // All of a, and a part of b.
    const start = await readZip(first, 0, 120_000);
    await first.close();
    const { zip } = await zipBench(tree, { store });
    const rest = await readZip(zip, 120_000);
    expect(Buffer.concat([start, rest]).equals(expected)).toBe(true);
    expect(zip.rereadBytes).toBe(0);
  });

  test("are those of a file's version: a file that was written again is read again", async () => {
    const tree = new MemoryFolder({ a: "one" });
    const store = memoryCrcStore();
    const { zip: first } = await zipBench(tree, { store });
    await readZip(first);
    await first.close();
    tree.write("a", Buffer.from("two"));
    const { zip } = await zipBench(tree, { store });
    const afresh = await readZip((await zipBench(tree)).zip);
    expect((await readZip(zip, zip.size - 50)).equals(afresh.subarray(-50))).toBe(true);
  });

  test("that need more reading than the budget of a range are refused as busy, and are there after some tries", async () => {
    const tree = new MemoryFolder({ a: patternBytes(0, 1_000_000) });
    const { zip } = await zipBench(tree, { maxRereadBytes: 300_000 });
    const tries: string[] = [];
    while (tries.at(-1) !== "done" && tries.length < 10) {
      tries.push(
        await readZip(zip, zip.size - 30).then(
          () => "done",
          (error: unknown) => (error instanceof Error && "reason" in error ? String(error.reason) : "other"),
        ),
      );
    }
    expect(tries).toEqual(["busy", "done"]);
    expect(zip.rereadBytes).toBe(1_000_000);
  });

  test("are not waited for when the range is cancelled, and the files are closed with the archive", async () => {
    const tree = new MemoryFolder({ a: patternBytes(0, 1_000_000) });
    const { zip } = await zipBench(tree);
    const canceller = new AbortController();
    const reading = zip.read(zip.size - 30, Buffer.alloc(30), canceller.signal);
    canceller.abort(new Error("cancelled"));
    await expect(reading).rejects.toThrow("cancelled");
    await zip.close();
    expect(zip.rereadBytes).toBeLessThan(1_000_000);
    expect(tree.opened.every(({ closed }) => closed)).toBe(true);
  });
});

describe("X-18: a file that changes while its folder is read as a zip", () => {
  test.each<[string, (tree: MemoryFolder) => void]>([
    ["was rewritten before it was read", (tree) => tree.write("b", Buffer.from("BB"))],
    ["was removed before it was read", (tree) => tree.files.delete("b")],
  ])("and %s ends the archive, with its name in the log", async (_how, change) => {
    const tree = new MemoryFolder({ a: "aa", b: "bb" });
    const { zip, lines } = await zipBench(tree);
    await readZip(zip, 0, 41);
    change(tree);
    expect(await zip.read(41, Buffer.alloc(zip.size - 41))).toEqual({ bytes: 0, change: "rewritten" });
    expect(await zip.read(0, Buffer.alloc(10))).toEqual({ bytes: 0, change: "rewritten" });
    expect(await zip.checkVersion()).toBe("rewritten");
    expect(lines).toMatchObject([{ level: "warn", fields: { file: "b" } }]);
  });

  test("and changes between two reads of it ends the archive", async () => {
    const tree = new MemoryFolder({ a: "aa", b: "bb" });
    const { zip, lines } = await zipBench(tree);
    await readZip(zip, 0, 41);
    for (const handle of tree.opened) handle.version = { ...handle.version, changedNs: 99n };
    expect(await zip.read(41, Buffer.alloc(1))).toEqual({ bytes: 0, change: "rewritten" });
    expect(lines).toMatchObject([{ level: "warn", fields: { file: "a" } }]);
  });

  test("and can't be read fails with its name, and the archive goes on when it can", async () => {
    const tree = new MemoryFolder({ a: "aa" });
    const open = tree.openHandle.bind(tree);
    tree.openHandle = () => Promise.reject(new Error("EIO"));
    const { zip } = await zipBench(tree);
    await expect(readZip(zip)).rejects.toThrow("a can't be read");
    tree.openHandle = open;
    expect((await readZip(zip)).includes("aa")).toBe(true);
  });
});

test("few files of an archive are open at a time, and none after it was closed", async () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `content ${index}`]));
  const tree = new MemoryFolder(files);
  const { zip } = await zipBench(tree);
  await readZip(zip);
  expect(tree.opened.length).toBe(50);
  expect(tree.opened.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(4);
  await zip.close();
  expect(tree.opened.filter(({ closed }) => !closed).length).toBe(0);
});
