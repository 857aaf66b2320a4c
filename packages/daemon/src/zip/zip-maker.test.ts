import { describe, expect, test } from "vitest";
import { ResourceError } from "../resources/resource.ts";
import { memoryCrcStore } from "./crcs/crc-store.ts";
import { ZipMaker, type ZipMakerOptions } from "./zip-maker.ts";
import { memoryLogger } from "../testing/memory-logger.ts";
import { MemoryFolder, readZip } from "../testing/zip-bench.ts";

const NEVER = new AbortController().signal;
const ROOT = Buffer.alloc(0);

function makerOf(tree: MemoryFolder, options: Partial<ZipMakerOptions> = {}): ZipMaker {
  return new ZipMaker({ tree, store: memoryCrcStore(), logger: memoryLogger(), ...options });
}

/** The paths in an archive, from its central directory. */
function pathsIn(bytes: Buffer): string[] {
  const paths: string[] = [];
  for (let at = bytes.indexOf("PK\x01\x02"); at !== -1; at = bytes.indexOf("PK\x01\x02", at + 1)) {
    paths.push(bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString());
  }
  return paths;
}

describe("X-18: a zip", () => {
  const tree = new MemoryFolder({ "a/b/c": "1", "a/d": "2", "a/e/": "", f: "3" });

  test.each<[string, string[] | undefined, string, string[]]>([
    ["", undefined, "folder.zip", ["a/", "a/b/", "a/b/c", "a/d", "a/e/", "f"]],
    ["a", undefined, "a.zip", ["b/", "b/c", "d", "e/"]],
    ["a/b", undefined, "b.zip", ["c"]],
    ["a/e", undefined, "e.zip", []],
    ["a", ["d", "e", "d"], "a.zip", ["d", "e/"]],
    ["", ["a"], "folder.zip", ["a/", "a/b/", "a/b/c", "a/d", "a/e/"]],
  ])("of %j with the selection %j is %s and has %j", async (folder, names, name, paths) => {
    const selection = names?.map((each) => Buffer.from(each));
    const zip = await makerOf(tree).open({ folder: Buffer.from(folder), ...(selection === undefined ? {} : { selection }) }, NEVER);
    expect(zip).toMatchObject({ name, mediaType: "application/zip", modifiedMs: paths.length === 0 ? 0 : 1_700_000_000_000 });
    expect(pathsIn(await readZip(zip))).toEqual(paths);
  });

  test("of nothing, of a file, or of a selection that isn't there is not found", async () => {
    const maker = makerOf(tree);
    for (const folder of ["b", "f", "a/d"])
      await expect(maker.open({ folder: Buffer.from(folder) }, NEVER)).rejects.toMatchObject({ reason: "not-found" });
    const selection = [Buffer.from("d"), Buffer.from("x")];
    await expect(maker.open({ folder: Buffer.from("a"), selection }, NEVER)).rejects.toMatchObject({ reason: "not-found" });
    expect(maker.openEntries).toBe(0);
  });

  test("of a folder in which one can't be read is refused, since the archive would have less than the folder", async () => {
    const locked = new MemoryFolder({ "a/b/c": "1" });
    const readFolder = locked.readFolder.bind(locked);
    const denied = new ResourceError("unreadable", "permission is denied");
    locked.readFolder = (path) => (path.equals(Buffer.from("a/b")) ? Promise.reject(denied) : readFolder(path));
    const refusal = { reason: "unreadable", message: "the folder a/b can't be read: permission is denied" };
    await expect(makerOf(locked).open({ folder: ROOT }, NEVER)).rejects.toMatchObject(refusal);
  });

  test("of more entries than one may have is refused as unreadable, with the reason", async () => {
    const maker = makerOf(tree, { maxEntries: 5 });
    await expect(maker.open({ folder: ROOT }, NEVER)).rejects.toMatchObject({
      reason: "unreadable",
      message: expect.stringContaining("more than 5 files and folders") as string,
    });
    expect(maker.openEntries).toBe(0);
  });

  test("is refused as busy while too many entries are open", async () => {
    const maker = makerOf(tree, { maxOpenEntries: 8 });
    const first = await maker.open({ folder: ROOT }, NEVER);
    expect(maker.openEntries).toBe(6);
    await expect(maker.open({ folder: ROOT }, NEVER)).rejects.toMatchObject({ reason: "busy" });
    await first.close();
    await first.close();
    expect(maker.openEntries).toBe(0);
    await (await maker.open({ folder: ROOT }, NEVER)).close();
  });

  test("that nobody waits for any more is given up", async () => {
    const canceller = new AbortController();
    const maker = makerOf(tree);
    const opening = maker.open({ folder: ROOT }, canceller.signal);
    canceller.abort(new Error("cancelled"));
    await expect(opening).rejects.toThrow("cancelled");
    expect(maker.openEntries).toBe(0);
  });
});
