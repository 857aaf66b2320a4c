/* Every way that leads out of a shared folder is closed, also while somebody exchanges what is in it. */
import { promisify } from "node:util";
import { open, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { isResourcePath } from "../resources/resource-path.ts";
import { contentOf, folderBench, type FolderBench, latin1, listOf, namesOf, treeOf } from "../testing/folder-bench.ts";
import { placeByName } from "./place.ts";

const NOT_FOUND = { name: "ResourceError", reason: "not-found" };

const turnOver = promisify(setImmediate);

/** Rounds of a race. Without the check after opening, several of them lose it. */
const ROUNDS = 100;

describe.skipIf(process.platform === "win32")("X-16: nothing outside of the share is reached", () => {
  const links: Record<string, string> = {
    "to-secret": "../secret",
    "to-parent": "..",
    "to-root": "/",
    "to-proc": "/proc/self",
    "to-environ": "/proc/self/environ",
    "to-zero": "/dev/zero",
    "to-self": ".",
    "to-hidden": ".hidden",
    "to-excluded": "excluded",
    "to-loop": "to-loop",
    "to-sub": "sub",
    "to-file": "sub/file",
  };
  const bench = async (follow: boolean): Promise<FolderBench> => {
    const made = await folderBench(["sub/file", ".hidden", "excluded"], { follow, exclude: ["excluded"] });
    for (const [name, target] of Object.entries(links)) await symlink(target, `${made.folder}/${name}`);
    return made;
  };
  const paths =
    ".. ../secret sub/../../secret /etc/hostname ./sub/file sub//file //etc/hostname ..//list sub/..//list " +
    "to-secret to-parent/secret to-parent//list to-root/etc/hostname to-root//list to-root/etc//list to-proc/environ to-proc/cwd/file " +
    "to-environ to-zero to-self/to-secret to-hidden to-excluded to-loop to-self/.hidden proc/self/environ";

  test.each(paths.split(" "))("not by %j, whether links are followed or not", async (path) => {
    for (const follow of [false, true]) {
      const { tree } = await bench(follow);
      const opening = isResourcePath(latin1(path))
        ? tree.open(latin1(path))
        : Promise.reject(Object.assign(new Error("refused"), NOT_FOUND));
      await expect(opening).rejects.toMatchObject({ reason: "not-found" });
    }
  });

  test("links within the share are followed only if that is asked for", async () => {
    const { tree: strict } = await bench(false);
    expect(await listOf(strict)).toMatchObject({ entries: [{ kind: "folder" }], skipped: Object.keys(links).length });
    for (const path of ["to-file", "to-sub/file", "to-sub//list"]) await expect(strict.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
    const { tree } = await bench(true);
    expect(await namesOf(tree)).toEqual(["sub/", "to-file", "to-sub/"]);
    expect([await contentOf(tree, "to-file"), await contentOf(tree, "to-sub/file")]).toEqual(["sub/file", "sub/file"]);
    expect(await namesOf(tree, "to-sub")).toEqual(["file"]);
  });

  test("links that lead in a circle end", async () => {
    const { tree, folder } = await folderBench(["a/", "b/"], { follow: true });
    await symlink("../b", `${folder}/a/to-b`);
    await symlink("../a", `${folder}/b/to-a`);
    await symlink("..", `${folder}/b/up`);
    expect(await namesOf(tree, "a")).toEqual(["to-b/"]);
    expect(await listOf(tree, "a/to-b")).toEqual({ entries: [], skipped: 2 });
  });

  test("whatever a path is, what is opened is a file of the share", async () => {
    const { tree } = await bench(true);
    const name = fc.oneof(fc.constantFrom("..", ".", "", "sub", "file", "secret", "share", "tmp", ...Object.keys(links)), fc.string());
    const content = async (path: string): Promise<string> => {
      try {
        return await contentOf(tree, Buffer.from(path));
      } catch (error) {
        return (error as { reason?: string }).reason ?? String(error);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), async (names) => {
        const path = names.join("/");
        if (!isResourcePath(Buffer.from(path))) return;
        expect(path.includes("//") ? "sub/file" : await content(path)).toMatch(/^(?:sub\/file|not-found)$/u);
      }),
      { numRuns: 100 },
    );
  });
});

describe.skipIf(process.platform === "win32")("X-16: a race between check and open", () => {
  /** Exchanges a folder and a link to one outside, as fast as it can. */
  async function withRace(act: (bench: FolderBench) => Promise<void>, follow = false): Promise<void> {
    const bench = await folderBench(["d/secret"], { follow });
    const { folder, outside } = bench;
    await mkdir(`${outside}/kept`);
    await writeFile(`${outside}/kept/secret`, "outside");
    await writeFile(`${outside}/kept/only-outside`, "outside");
    await symlink(`${outside}/kept`, `${folder}/link`);
    const over = new AbortController();
    const race = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await rename(`${folder}/d`, `${folder}/aside`);
        await rename(`${folder}/link`, `${folder}/d`);
        await rename(`${folder}/d`, `${folder}/link`);
        await rename(`${folder}/aside`, `${folder}/d`);
        // Long enough to open a file now and then.
        for (let turn = 0; turn < 10; turn += 1) await turnOver();
      }
    };
    const racing = race();
    try {
      await act(bench);
    } finally {
      over.abort();
      await racing;
    }
  }

  test.each([false, true])("a file is that of the share, or not found (follow: %s)", async (follow) => {
    const seen = new Set<string>();
    await withRace(async ({ tree }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        seen.add(await contentOf(tree, "d/secret").catch((error: unknown) => (error as { reason: string }).reason));
      }
    }, follow);
    expect([...seen].filter((content) => content !== "d/secret" && content !== "not-found")).toEqual([]);
    expect(seen).toContain("d/secret");
  });

  test("a list is that of the share's folder, or not found", async () => {
    const seen = new Set<string>();
    await withRace(async ({ tree }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const name of await namesOf(tree, "d").catch((error: unknown) => [(error as { reason: string }).reason])) seen.add(name);
      }
    });
    expect([...seen].filter((name) => name !== "secret" && name !== "not-found")).toEqual([]);
  });

  test("where the system doesn't tell the place of what is open, its path must still lead there", async () => {
    const { folder, outside } = await folderBench(["f"]);
    const handle = await open(`${folder}/f`, "r");
    onTestFinished(() => handle.close());
    const path = Buffer.from(`${folder}/f`);
    expect(await placeByName(handle, path)).toEqual(path);
    await rename(`${folder}/f`, `${outside}/moved`);
    await symlink("../secret", `${folder}/f`);
    expect(await placeByName(handle, path)).toBeUndefined();
    await rm(`${folder}/f`);
    await symlink("../moved", `${folder}/f`);
    expect((await placeByName(handle, path))?.toString()).toBe(`${outside}/moved`);
  });
});

test.skipIf(process.platform !== "linux")(
  "X-16: a share of the whole disk has nothing of what the kernel shows in /proc and /sys",
  async () => {
    const tree = await treeOf(["/"], { follow: true });
    const names = await namesOf(tree);
    expect(names).toContain("etc/");
    expect(names.filter((name) => name === "proc/" || name === "sys/")).toEqual([]);
    for (const path of ["proc//list", "proc/version", "proc/self/environ", "proc/1/mem", "proc/kcore", "sys//list"]) {
      await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
    }
    await expect(listOf(await treeOf(["/proc"]))).rejects.toMatchObject(NOT_FOUND);
  },
);

test.skipIf(process.platform !== "linux")("no descriptor stays open, whatever is refused", async () => {
  const { tree, folder } = await folderBench(["sub/file"]);
  await symlink("sub", `${folder}/link`);
  const descriptors = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
  const before = await descriptors();
  for (let round = 0; round < 20; round += 1) {
    for (const path of ["sub/file", "sub//list", "//list"]) await (await tree.open(latin1(path))).close();
    for (const path of ["link/file", "sub", "nothing", "sub/file//list"])
      await expect(tree.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
  }
  expect(await readFile(`${folder}/sub/file`, "utf8")).toBe("sub/file");
  expect((await descriptors()) - before).toBeLessThan(10);
});
