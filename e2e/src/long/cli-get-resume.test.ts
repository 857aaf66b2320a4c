/** `rangecast get` resumes after any interruption, and the result is always the right file. */
import { spawnSync } from "node:child_process";
import { chmod, chown, copyFile, mkdir, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { CLI, createHome, type Ended, type Home, type Running, startCli, type StartOptions } from "../cli-process.ts";
import { eventsOf, GET_TIMEOUT_MS, type Host, partIn, startHost, untilPart } from "../lib/getting.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";

const MIB = 1024 * 1024;
/** Large enough to stop a run in the middle. */
const FILM_BYTES = 24_000_000;
const STOP_AT_BYTES = 6 * MIB;
/** Bytes that the host may send beyond those that are downloaded: in flight when the viewer had everything, or sent twice. */
const SLACK_BYTES = 4 * MIB;
/** The user "nobody" of every Unix. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const isLinuxRoot = isRoot && process.platform === "linux";
/** Root may write everywhere, so the test for lost permission runs as another user, who must be able to run the checkout. */
const canBeNobody = isLinuxRoot && spawnSync(process.execPath, ["--check", CLI], { uid: NOBODY, gid: NOBODY }).status === 0;
const canMount = isLinuxRoot && canMountHere();

let home: Home;
let host: Host;
let film = "";
let sha256 = "";

beforeAll(async () => {
  home = await createHome();
  film = join(home.folder, "film.mp4");
  sha256 = await writeNoise(film, FILM_BYTES);
  host = await startHost(home, film);
});
afterAll(async () => {
  host.running.child.kill("SIGKILL");
  await home.remove();
});

const newFolder = (): Promise<string> => mkdtemp(join(home.folder, "out-"));

interface Getting {
  readonly folder: string;
  readonly link?: string;
  readonly args?: readonly string[];
  readonly options?: StartOptions;
}

function start({ folder, link = host.link, args = [], options = {} }: Getting): Running {
  const running = startCli(home, ["get", link, "--out", folder, "--json", ...args], { timeoutMs: GET_TIMEOUT_MS, ...options });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

/** Runs it to its end, after which the file must be complete. @returns bytes that were there before */
async function finish(getting: Getting): Promise<number> {
  const { code, stdout, stderr } = await start({ ...getting, args: ["--sha256"] }).ended;
  const { last, named } = eventsOf(stdout);
  const resumed = Number(named("ready")?.["resumed"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(last).toMatchObject({ event: "done", fetched: FILM_BYTES - resumed, sha256 });
  expect(await readdir(getting.folder)).toEqual(["film.mp4"]);
  expect(await sha256Of(join(getting.folder, "film.mp4"))).toBe(sha256);
  return resumed;
}

async function stopWith(signal: NodeJS.Signals, getting: Getting): Promise<Ended> {
  const running = start(getting);
  await untilPart(getting.folder, STOP_AT_BYTES);
  running.child.kill(signal);
  return running.ended;
}

describe("the same command resumes", () => {
  it("after kill -9, and downloads only what was missing", async () => {
    const folder = await newFolder();
    const relay = await startRelay();
    const other = await startHost(home, film, ["--relay", relay]);
    await stopWith("SIGKILL", { folder, link: other.link });
    const there = (await partIn(folder))?.bytes ?? FILM_BYTES;
    expect(there).toBeLessThan(FILM_BYTES);
    // A new host for the second run, with the same link, so that its count of sent bytes is of that run only.
    other.running.child.kill("SIGKILL");
    const again = await startHost(home, film, ["--relay", relay]);
    onTestFinished(() => void again.running.child.kill("SIGKILL"));
    expect(again.link).toBe(other.link);
    const resumed = await finish({ folder, link: again.link });
    expect(resumed).toBe(there);
    await again.running.until(/"viewer-left".*\n/);
    expect(again.sentBytes()).toHaveLength(1);
    expect(again.sentBytes()[0]).toBeLessThan(FILM_BYTES - resumed + SLACK_BYTES);
  });

  it.each<[NodeJS.Signals, number, string]>([
    ["SIGINT", 130, "interrupted"],
    ["SIGTERM", 143, "terminated"],
  ])("after %s, which is reported", async (signal, exitCode, reason) => {
    const folder = await newFolder();
    const { code, stdout, stderr } = await stopWith(signal, { folder });
    const bytes = (await partIn(folder))?.bytes;
    expect(eventsOf(stdout).last).toEqual({ event: "stopped", reason, bytes, resumable: true });
    expect([code, stderr]).toEqual([exitCode, ""]);
    expect(await finish({ folder })).toBe(bytes);
  });

  it("after the second Ctrl-C, which ends at once", async () => {
    const folder = await newFolder();
    const running = start({ folder });
    await untilPart(folder, STOP_AT_BYTES);
    running.child.kill("SIGINT");
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect(await finish({ folder })).toBeGreaterThanOrEqual(STOP_AT_BYTES);
  });

  it.skipIf(!canMount)("after the disk was full, which is reported", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rangecast-full-"));
    mount(folder, FILM_BYTES + 16 * MIB);
    const running = start({ folder });
    await untilPart(folder, STOP_AT_BYTES);
    await fill(join(folder, "filler"));
    const { code, stdout, stderr } = await running.ended;
    expect(eventsOf(stdout).last).toMatchObject({ event: "error", reason: "no-space", exitCode: 19, resumable: true });
    expect(stderr).toMatch(
      /^rangecast: The disk of .* is full\. Free some space\. The downloaded part is kept: run the same command again to continue\.\n$/,
    );
    expect(code).toBe(19);
    const there = (await partIn(folder))?.bytes ?? 0;
    const refused = await start({ folder }).ended;
    expect([refused.code, refused.stderr]).toEqual([19, expect.stringMatching(/not enough space.* needed.*run the same command again/)]);
    await rm(join(folder, "filler"));
    expect(await finish({ folder })).toBe(there);
  });

  it.skipIf(!canBeNobody)("after permission was lost, which is reported, with nothing more to download", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rangecast-permission-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chown(folder, NOBODY, NOBODY);
    const options = { uid: NOBODY, cwd: tmpdir() };
    const running = start({ folder, options });
    await untilPart(folder, STOP_AT_BYTES);
    await chown(folder, 0, 0);
    await chmod(folder, 0o755);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([
      20,
      expect.stringMatching(/have permission to write in .*The downloaded part is kept: run the same command again/),
    ]);
    await chown(folder, NOBODY, NOBODY);
    expect(await finish({ folder, options })).toBe(FILM_BYTES);
  });
});

describe("while it runs", () => {
  it.each<NodeJS.Signals>(["SIGINT", "SIGKILL"])("the host may be stopped by %s and come back", async (signal) => {
    const relay = await startRelay();
    const folder = await newFolder();
    const before = await startHost(home, film, ["--relay", relay]);
    const running = start({ folder, link: before.link, args: ["--sha256"] });
    await untilPart(folder, STOP_AT_BYTES);
    before.running.child.kill(signal);
    await running.until(/"reconnecting".*\n/);
    const after = await startHost(home, film, ["--relay", relay]);
    onTestFinished(() => void after.running.child.kill("SIGKILL"));
    const { code, stdout, stderr } = await running.ended;
    const { last, named } = eventsOf(stdout);
    expect([code, stderr, named("reconnected")]).toEqual([0, "", { event: "reconnected" }]);
    expect(last).toMatchObject({ event: "done", fetched: FILM_BYTES, sha256 });
    expect(await sha256Of(join(folder, "film.mp4"))).toBe(sha256);
  });

  it("the host may change the file: nothing is mixed, and the next run has the new version", async () => {
    const changing = join(await newFolder(), "film.mp4");
    await copyFile(film, changing);
    const other = await startHost(home, changing);
    onTestFinished(() => void other.running.child.kill("SIGKILL"));
    const folder = await newFolder();
    const running = start({ folder, link: other.link });
    await untilPart(folder, STOP_AT_BYTES);
    const file = await open(changing, "r+");
    await file.write(Buffer.from("changed"), 0, 7, FILM_BYTES - 7);
    await file.close();
    const { code, stdout } = await running.ended;
    expect(eventsOf(stdout).last).toMatchObject({
      event: "error",
      reason: "file-changed",
      exitCode: 16,
      resumable: false,
      message: expect.stringContaining("Run the same command again to download the new version"),
    });
    expect(code).toBe(16);
    const again = eventsOf((await start({ folder, link: other.link }).ended).stdout);
    expect(again.named("ready")).toMatchObject({ resumed: 0, notices: [expect.stringContaining("changed")] });
    expect(again.last).toMatchObject({ event: "done", fetched: FILM_BYTES });
    expect([await readdir(folder), await sha256Of(join(folder, "film.mp4"))]).toEqual([["film.mp4"], await sha256Of(changing)]);
  });

  it("the folder may be deleted: it ends with an error", async () => {
    const folder = join(await newFolder(), "deleted");
    await mkdir(folder);
    const running = start({ folder });
    await untilPart(folder, STOP_AT_BYTES);
    await rm(folder, { recursive: true });
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([20, expect.stringMatching(/^rangecast: [^\n]*(?:deleted during the download|is gone)[^\n]*\n$/)]);
    await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

/** @returns its URL */
async function startRelay(): Promise<string> {
  const relay = startCli(home, ["relay", "--port", "0", "--quiet"], { timeoutMs: GET_TIMEOUT_MS });
  onTestFinished(() => void relay.child.kill("SIGKILL"));
  const [origin] = await relay.until(/http:\/\/127\.0\.0\.1:\d+/);
  return origin;
}

function mount(folder: string, bytes: number): void {
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "none", folder]).status).toBe(0);
  onTestFinished(async () => {
    spawnSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  });
}

function canMountHere(): boolean {
  const probe = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", tmpdir()]);
  return probe.status === 0;
}

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (;;) await file.write(Buffer.alloc(MIB));
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  } finally {
    await file.close();
  }
}
