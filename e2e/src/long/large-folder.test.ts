/** Sharing 200,000 files: the link is printed at once, nothing is held of them, and odd entries do no harm. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentBytes } from "@rangecast/testkit/processes/process-tree";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createHome, type Home, jsonLines, type Running, startCli } from "../cli-process.ts";
import { connectTo, contentOf, latin1, namesIn } from "../lib/folder-client.ts";

const FOLDERS = 4;
const FILES_EACH = 50_000;
/** Files that are created at once. */
const STEP = 100;
const LIMIT_MS = 10 * 60_000;
const MB = 1_000_000;
/** How much more memory the share of the large folder may take than that of an empty one, bytes. */
const MEMORY_LIMIT = 50 * MB;

let home: Home;
let folder = "";
let empty = "";

beforeAll(async () => {
  home = await createHome();
  folder = await mkdtemp(join(tmpdir(), "rangecast-folder-"));
  empty = join(home.folder, "empty");
  await mkdir(empty);
  for (let part = 0; part < FOLDERS; part += 1) {
    await mkdir(join(folder, `part ${part}`));
    for (let at = 0; at < FILES_EACH; at += STEP) {
      await Promise.all(Array.from({ length: STEP }, (_, index) => writeFile(join(folder, `part ${part}`, `file ${at + index}`), "x")));
    }
  }
}, LIMIT_MS);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await home.remove();
}, LIMIT_MS);

interface Started {
  readonly running: Running;
  readonly link: string;
  /** From the start of the process to its link, milliseconds. */
  readonly linkMs: number;
  /** Resident memory when the link is there, bytes. */
  readonly memory: number;
}

async function startShare(path: string): Promise<Started> {
  const startedMs = performance.now();
  const running = startCli(home, ["share", path, "--port", "0", "--no-relay", "--ephemeral", "--json"], { timeoutMs: LIMIT_MS });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  await running.until(/"ready".*\n/);
  const linkMs = Math.round(performance.now() - startedMs);
  return { running, linkMs, link: String(jsonLines(running.stdout())[0]?.["link"]), memory: await residentBytes(running.child.pid) };
}

test("a folder of 200,000 files is shared as fast as an empty one, and holds no memory", { timeout: LIMIT_MS }, async () => {
  const small = await startShare(empty);
  const large = await startShare(folder);
  const share = await connectTo(large.link);
  const startedMs = performance.now();
  for (let part = 0; part < FOLDERS; part += 1) {
    const { entries, skipped } = await share.readFolder(latin1(`part ${part}`));
    expect([entries.length, skipped]).toEqual([FILES_EACH, 0]);
  }
  const listMs = Math.round((performance.now() - startedMs) / FOLDERS);
  expect(await contentOf(share, "part 3/file 49999")).toBe("x");
  const afterwards = await residentBytes(large.running.child.pid);
  console.log({
    linkMs: [small.linkMs, large.linkMs],
    listMs,
    memory: [small.memory, large.memory, afterwards].map((bytes) => Math.round(bytes / MB)),
  });
  expect(large.memory - small.memory).toBeLessThan(MEMORY_LIMIT);
});

test("fifos, sockets, links and devices are skipped, and can't be opened", { timeout: LIMIT_MS }, async () => {
  const odd = join(home.folder, "odd");
  await mkdir(odd);
  await writeFile(join(odd, "file"), "x");
  execFileSync("mkfifo", [join(odd, "fifo")]);
  const server = createServer().listen(join(odd, "socket"));
  onTestFinished(() => void server.close());
  for (const [name, target] of Object.entries({ loop: "loop", up: "..", environ: "/proc/self/environ", zero: "/dev/zero", link: "file" })) {
    await symlink(target, join(odd, name));
  }
  const share = await connectTo((await startShare(odd)).link);
  const list = await share.readFolder(latin1(""));
  expect([namesIn(list), list.skipped]).toEqual([["file"], 7]);
  for (const path of ["fifo", "socket", "loop", "up", "environ", "zero", "link", "up/secret"]) {
    await expect(share.open(latin1(path))).rejects.toMatchObject({ reason: "file-gone" });
  }
});
