/** `rangecast get` when the file changes at the host, or when the host's system reports a wrong size. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createHome, type Home, type Running, startCli } from "../cli-process.ts";
import { eventsOf, GET_TIMEOUT_MS, type Host, partIn, startHost, untilPart } from "../lib/getting.ts";
import { sha256Of } from "../lib/test-files.ts";

const MIB = 1024 * 1024;
/** Large enough to stop a run in the middle. */
const FILE_BYTES = 40 * MIB;
const STOP_AT_BYTES = 8 * MIB;
const APPEND_EVERY_MS = 200;

let home: Home;

beforeAll(async () => {
  home = await createHome();
});
afterAll(() => home.remove());

const newFolder = (): Promise<string> => mkdtemp(join(home.folder, "changing-"));

async function shareNew(name: string, content: Uint8Array): Promise<{ readonly host: Host; readonly path: string; readonly out: string }> {
  const path = join(await newFolder(), name);
  await writeFile(path, content);
  const host = await startHost(home, path);
  onTestFinished(() => void host.running.child.kill("SIGKILL"));
  return { host, path, out: await newFolder() };
}

function startGet({ link }: Host, out: string): Running {
  const running = startCli(home, ["get", link, "--out", out, "--json"], { timeoutMs: GET_TIMEOUT_MS });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

it.skipIf(process.platform === "win32")(
  "after a file was overwritten with the same size and time, as by cp -p, get downloads it from the start and says why",
  async () => {
    const { host, path, out } = await shareNew("big.bin", randomBytes(FILE_BYTES));
    const running = startGet(host, out);
    await untilPart(out, STOP_AT_BYTES);
    running.child.kill("SIGINT");
    await running.ended;
    expect((await partIn(out))?.bytes).toBeGreaterThanOrEqual(STOP_AT_BYTES);
    const before = await stat(path, { bigint: true });
    const next = join(await newFolder(), "new");
    await writeFile(next, randomBytes(FILE_BYTES));
    expect(spawnSync("touch", ["-r", path, next]).status).toBe(0);
    expect(spawnSync("cp", ["-p", next, path]).status).toBe(0);
    const after = await stat(path, { bigint: true });
    expect([after.size, after.mtimeNs, after.ino]).toEqual([before.size, before.mtimeNs, before.ino]);
    const { code, stdout } = await startGet(host, out).ended;
    const { named, last } = eventsOf(stdout);
    expect(named("ready")).toMatchObject({ resumed: 0, notices: [expect.stringContaining("changed on the host")] });
    expect([code, last]).toEqual([0, expect.objectContaining({ event: "done", fetched: FILE_BYTES })]);
    expect(await readdir(out)).toEqual(["big.bin"]);
    expect(await sha256Of(join(out, "big.bin"))).toBe(await sha256Of(next));
  },
);

it("a file that grows all the time is downloaded at its announced size, and the next get has the new size", async () => {
  const content = randomBytes(FILE_BYTES);
  const { host, path, out } = await shareNew("recording.mkv", content);
  let appends = 0;
  const timer = setInterval(() => void appendFile(path, randomBytes(MIB / 4)).then(() => (appends += 1)), APPEND_EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  const first = await startGet(host, out).ended;
  const appended = appends;
  expect([first.code, first.stderr]).toEqual([0, ""]);
  const size = Number(eventsOf(first.stdout).named("ready")?.["size"]);
  expect(size).toBeGreaterThanOrEqual(FILE_BYTES);
  expect(appended).toBeGreaterThan(1);
  expect(await sha256Of(join(out, "recording.mkv"))).toBe(await sha256Of(path, { start: 0, end: size }));
  clearInterval(timer);
  await new Promise((resolve) => setTimeout(resolve, 2 * APPEND_EVERY_MS));
  const second = await startGet(host, await newFolder()).ended;
  expect(eventsOf(second.stdout).last).toMatchObject({ event: "done", size: (await stat(path)).size });
});

describe("a file that disappears at the host during a get", () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ["deleted", (path) => rm(path)],
    ["renamed", (path) => rename(path, `${path}.old`)],
  ])("(%s) is reported as gone, at once and by the next run", async (_what, act) => {
    const { host, path, out } = await shareNew("film.mp4", randomBytes(FILE_BYTES));
    const running = startGet(host, out);
    await untilPart(out, MIB);
    await act(path);
    for (const { code, stdout } of [await running.ended, await startGet(host, out).ended]) {
      const { last } = eventsOf(stdout);
      expect([code, last]).toEqual([17, expect.objectContaining({ event: "error", reason: "remote-failed", resumable: false })]);
      expect(last["message"]).toMatch(/^The file is gone from the host: it was deleted, moved or renamed there\./);
    }
    await host.running.until(/"viewer-failed".*\n/);
    const [failed] = eventsOf(host.running.stdout()).all("viewer-failed");
    expect(failed).toMatchObject({ reason: "file-gone", message: expect.stringContaining(path) });
  });
});

it.skipIf(process.platform !== "linux")("share refuses a file for which the system reports no size", async () => {
  expect((await readFile("/proc/cpuinfo")).byteLength).toBeGreaterThan((await stat("/proc/cpuinfo")).size);
  const running = startCli(home, ["share", "/proc/cpuinfo", "--port", "0", "--no-relay"]);
  const { code, stdout, stderr } = await running.ended;
  expect([code, stdout]).toEqual([5, ""]);
  expect(stderr).toMatch(/^rangecast: [^\n]*the system reports no size for \/proc\/cpuinfo, although it has content\. Copy it[^\n]*\n$/);
});

it("both ends say that an empty file is empty", async () => {
  const { host, out } = await shareNew("film.mp4", new Uint8Array(0));
  const [ready] = eventsOf(host.running.stdout()).all("ready");
  expect(ready).toMatchObject({ size: 0, notices: expect.arrayContaining([expect.stringContaining("The file is empty")]) });
  const { code, stdout } = await startGet(host, out).ended;
  expect(eventsOf(stdout).named("ready")).toMatchObject({ size: 0, notices: [expect.stringContaining("The file is empty")] });
  expect([code, await readFile(join(out, "film.mp4"), "utf8")]).toEqual([0, ""]);
});
