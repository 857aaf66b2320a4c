/** `rangecast get` downloads a folder exactly, and the same command goes on after kill -9. */
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatLink, parseLink } from "@rangecast/signal";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createHome, type Home, type Running, startCli } from "./cli-process.ts";
import { eventsOf, GET_TIMEOUT_MS, type Host, startHost } from "./lib/getting.ts";
import { differences, makeOddTree, makeSmallFiles, OLD_MS, partBytes, timesOf } from "./lib/odd-tree.ts";
import { writeNoise } from "./lib/test-files.ts";

const SMALL_FILES = 40;
const LARGE_BYTES = 24_000_000;
const STOP_AT_BYTES = 4_000_000;
const LOOK_MS = 5;

let home: Home;
let host: Host;
let shared = "";

beforeAll(async () => {
  home = await createHome();
  shared = join(home.folder, "My folder");
  await mkdir(shared);
  await makeOddTree(shared);
  await makeSmallFiles(join(shared, "small"), SMALL_FILES, 4096);
  await writeNoise(join(shared, "film.mp4"), LARGE_BYTES);
  host = await startHost(home, shared, ["--port", "0", "--no-relay", "--all"]);
});
afterAll(async () => {
  host.running.child.kill("SIGKILL");
  await home.remove();
});

function get(out: string, link: string, ...args: string[]): Running {
  const running = startCli(home, ["get", link, "--out", out, "--json", ...args], { timeoutMs: GET_TIMEOUT_MS });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

const newFolder = (): Promise<string> => mkdtemp(join(home.folder, "out-"));

it("exactly, with times and empty folders, although it was killed in the middle", async () => {
  const out = await newFolder();
  const target = join(out, "My folder");
  const killed = get(out, host.link);
  while ((await partBytes(target)) < STOP_AT_BYTES) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  killed.child.kill("SIGKILL");
  await killed.ended;
  const { code, stdout, stderr } = await get(out, host.link).ended;
  const { last } = eventsOf(stdout);
  expect([code, stderr]).toEqual([0, ""]);
  expect(last).toMatchObject({ event: "tree-done", existing: 0, failed: 0 });
  // What was there is not downloaded again.
  expect(Number(last["fetched"])).toBeLessThan(LARGE_BYTES - STOP_AT_BYTES + 1_000_000);
  expect(await differences(shared, target)).toBe("");
  expect(await timesOf(target)).toEqual(Array.from({ length: 4 }, () => OLD_MS));
});

it("in part: a file by a deep link, a folder by its PATH, and what is there is left alone", async () => {
  const out = await newFolder();
  const link = formatLink({ ...parseLink(host.link), path: new TextEncoder().encode("deep/Amélie — 天使.txt") });
  expect((await get(out, link).ended).code).toBe(0);
  await mkdir(join(out, "small"));
  await writeFile(join(out, "small", "7.bin"), "mine");
  const { code, stdout, stderr } = await get(out, host.link, "small").ended;
  expect([
    code,
    eventsOf(stdout)
      .all("file-exists")
      .map(({ path }) => path),
  ]).toEqual([26, ["small/7.bin"]]);
  expect(stderr).toMatch(/1 file that was already there.*--overwrite/);
  expect([(await readdir(out)).toSorted(), (await readdir(join(out, "small"))).length]).toEqual([
    ["Amélie — 天使.txt", "small"],
    SMALL_FILES,
  ]);
});
