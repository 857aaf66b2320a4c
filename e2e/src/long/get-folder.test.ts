/* A folder of 20,000 small files and one of 6 GiB is downloaded exactly, although `get` is killed in the middle, twice. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHome, type Home, startCli } from "../cli-process.ts";
import { eventsOf, type Host, startHost } from "../lib/getting.ts";
import { differences, makeOddTree, makeSmallFiles, makeSparse, OLD_MS, timesOf } from "../lib/odd-tree.ts";

const SMALL_FILES = 20_000;
const FOLDERS = 20;
const SPARSE_BYTES = 6 * 1024 ** 3;
/** Files that are saved, and bytes of the large one, when it is killed. */
const KILL_AT_FILES = 5000;
const KILL_AT_BYTES = 1024 ** 3;
/** Longest that one run may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 20 * 60_000;

let home: Home;
let host: Host;
let shared = "";

beforeAll(async () => {
  home = await createHome();
  shared = join(home.folder, "tree");
  await mkdir(shared);
  await makeOddTree(shared);
  for (let folder = 0; folder < FOLDERS; folder += 1)
    await makeSmallFiles(join(shared, `small ${folder}`), SMALL_FILES / FOLDERS, 300 + folder);
  await makeSparse(join(shared, "sparse.img"), SPARSE_BYTES);
  host = await startHost(home, shared, ["--port", "0", "--no-relay", "--all"]);
}, LIMIT_MS);
afterAll(async () => {
  host.running.child.kill("SIGKILL");
  await home.remove();
});

test("20,000 small files and one of 6 GiB, killed twice", { timeout: 3 * LIMIT_MS }, async () => {
  const out = join(home.folder, "out");
  await mkdir(out);
  const start = (): ReturnType<typeof startCli> => startCli(home, ["get", host.link, "--out", out, "--json"], { timeoutMs: LIMIT_MS });
  for (const reached of [
    (progress: Progress) => progress.files >= KILL_AT_FILES,
    (progress: Progress) => progress.file !== undefined && progress.file.bytes >= KILL_AT_BYTES,
  ]) {
    const running = start();
    while (
      !eventsOf(running.stdout())
        .all("tree-progress")
        .some((event) => reached(event as unknown as Progress))
    ) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    running.child.kill("SIGKILL");
    await running.ended;
  }
  const { code, stdout, stderr } = await start().ended;
  const { last } = eventsOf(stdout);
  expect([code, stderr]).toEqual([0, ""]);
  expect(Number(last["finished"])).toBeGreaterThanOrEqual(KILL_AT_FILES);
  expect(Number(last["fetched"])).toBeLessThan(SPARSE_BYTES - KILL_AT_BYTES + SMALL_FILES * 400);
  expect(await differences(shared, join(out, "tree"))).toBe("");
  expect(await timesOf(join(out, "tree"))).toEqual(Array.from({ length: 4 }, () => OLD_MS));
  const again = eventsOf((await start().ended).stdout).last;
  expect(again).toMatchObject({ event: "tree-done", saved: 0, fetched: 0 });
});

interface Progress {
  readonly files: number;
  readonly file?: { readonly bytes: number };
}
