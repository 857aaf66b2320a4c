/* Several terminals of one user, one of whose processes hosts: what viewers notice when it ends, and what happens when it doesn't answer. */
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { createHome, type Home, jsonLines, runCli } from "../cli-process.ts";
import { FILM, makeFilm } from "../lib/media.ts";
import { startRangecast } from "../lib/rangecast.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

/** Longest that another process may take to host, milliseconds, on a busy machine. */
const HAND_OVER_MS = 15_000;

let folder = "";
let film = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-host-"));
  film = await makeFilm("mp4-moov-front", folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function newHome(): Promise<Home> {
  const home = await createHome();
  onTestFinished(() => home.remove());
  return home;
}

interface Terminal {
  readonly process: JsonProcess;
  readonly link: string;
}

async function share(home: Home, path: string, args: readonly string[] = []): Promise<Terminal> {
  const process = startRangecast(["share", path, "--json", "--port", "0", ...args], { home: home.folder, env: home.env });
  onTestFinished(async () => void (await process.stop()));
  const { link } = await process.waitFor(({ event }) => event === "ready");
  return { process, link: String(link) };
}

async function smallFile(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, name);
  return path;
}

test.each(["SIGINT", "SIGKILL"] as const)(
  "a film goes on in Chromium when the terminal whose process serves it ends by %s",
  async (signal) => {
    const home = await newHome();
    const first = await share(home, await smallFile("first.txt"));
    const second = await share(home, film);
    const browser = await startChromium();
    onTestFinished(() => browser.close());
    const page = await browser.context.newPage();
    await openFilm(page, second.link);
    await seekAndRead(page, 5);
    first.process.child.kill(signal);
    const left = await second.process.waitFor(({ event }) => event === "viewer-left", HAND_OVER_MS);
    expect(left).toMatchObject({ viewer: 1, reason: signal === "SIGKILL" ? "host-gone" : "stopped" });
    for (const seconds of [41, 3.2, 55]) {
      const shown = await seekAndRead(page, seconds);
      expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
    }
    expect(await second.process.waitFor(({ event, viewer }) => event === "viewer-joined" && viewer === 2)).toMatchObject({
      path: "direct",
    });
    expect(second.process.events.filter(({ event }) => event === "ready")).toHaveLength(1);
  },
);

test("whichever of several terminals hosts is killed, the others go on with their links, and one of them hosts", async () => {
  const home = await newHome();
  let rest: Terminal[] = [];
  for (const name of ["1.txt", "2.txt", "3.txt", "4.txt"]) rest.push(await share(home, await smallFile(name)));
  while (rest.length > 1) {
    const hosting = await hostOf(home, rest);
    hosting.process.child.kill("SIGKILL");
    rest = rest.filter((terminal) => terminal !== hosting);
    const links = rest.map(({ link }) => link).toSorted();
    await expect.poll(() => runningLinks(home), { timeout: HAND_OVER_MS, interval: 500 }).toEqual(links);
  }
});

/** The terminal whose process has the relay's port. */
async function hostOf(home: Home, terminals: readonly Terminal[]): Promise<Terminal> {
  const inodes = /^\s*\d+: 0100007F:[0-9A-F]{4} 00000000:0000 0A.*?\s(\d+)\s+1\s/gm;
  for (const terminal of terminals) {
    const pid = terminal.process.child.pid;
    const listening = [...(await readFile(`/proc/${pid}/net/tcp`, "utf8")).matchAll(inodes)].map(([, inode]) => `socket:[${inode}]`);
    const names = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
    if (targets.some((target) => listening.includes(target))) return terminal;
  }
  throw new Error(`no process of ${home.folder} hosts`);
}

async function runningLinks(home: Home): Promise<string[]> {
  const { stdout } = await runCli(home, ["list", "--json"]);
  return jsonLines(stdout)
    .filter(({ running }) => running)
    .map(({ link }) => String(link))
    .toSorted();
}

test("a share is served by its own process if the one that hosts is suspended, and is listed and taken back like the others", async () => {
  const home = await newHome();
  const first = await share(home, await smallFile("first.txt"));
  first.process.child.kill("SIGSTOP");
  onTestFinished(() => void first.process.child.kill("SIGCONT"));
  const second = await share(home, await smallFile("second.txt"));
  expect(new URL(second.link).port).not.toBe(new URL(first.link).port);
  expect(await runningLinks(home)).toEqual([second.link]);
  expect(await runCli(home, ["revoke", second.link])).toMatchObject({ code: 0 });
  await second.process.waitFor(({ event, reason }) => event === "error" && reason === "link-ended");
});

test("--ephemeral never joins: it has a relay and a link of its own, and isn't listed", async () => {
  const home = await newHome();
  const first = await share(home, await smallFile("first.txt"));
  const second = await share(home, await smallFile("second.txt"), ["--ephemeral"]);
  expect(new URL(second.link).port).not.toBe(new URL(first.link).port);
  expect(await runningLinks(home)).toEqual([first.link]);
});

test("what is kept is shared again by the service, with the same link, and by the unit that is installed", async () => {
  const home = await newHome();
  const bin = join(home.folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "systemctl"), `#!/bin/sh\necho "$@" >> ${bin}/calls\n`);
  await chmod(join(bin, "systemctl"), 0o755);
  const env = { PATH: `${bin}:${home.env["PATH"]}` };
  expect(await runCli(home, ["service", "install"], { env })).toMatchObject({ code: 0, stderr: "" });
  expect(await readFile(join(bin, "calls"), "utf8")).toBe("--user daemon-reload\n--user enable --now rangecast.service\n");
  const unit = await readFile(join(home.folder, "config", "systemd", "user", "rangecast.service"), "utf8");
  expect(unit).toContain(`Environment="XDG_DATA_HOME=${join(home.folder, "data")}"`);
  const { stdout } = await runCli(home, ["share", await smallFile("kept.txt"), "--background", "--json"]);
  const link = jsonLines(stdout)[0]?.["link"];
  await endService(home);
  expect(await runningLinks(home)).toEqual([]);
  const service = startRangecast(["service", "run"], { home: home.folder, env: home.env });
  onTestFinished(async () => void (await service.stop()));
  await expect.poll(() => runningLinks(home), { timeout: HAND_OVER_MS }).toEqual([link]);
  expect(await runCli(home, ["service", "run"])).toMatchObject({ code: 28, stdout: "" });
  expect(await runCli(home, ["service", "uninstall"], { env })).toMatchObject({ code: 0, stderr: "" });
  expect(await readdir(join(home.folder, "config", "systemd", "user"))).toEqual([]);
});

/** Kills the process in the background, as a shutdown might. */
async function endService(home: Home): Promise<void> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (environment.includes(`HOME=${home.folder}\0`) && words.includes("\0service\0run\0")) process.kill(Number(pid), "SIGKILL");
  }
}
