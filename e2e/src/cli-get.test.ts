/** `rangecast get` as a process: what it saves, under which name, what it prints, and what it refuses. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDaemon, createEphemeralStore } from "@rangecast/daemon";
import { serveRelay } from "@rangecast/relay";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { CLI, createHome, type Ended, type Home, jsonLines, runCli, startCli } from "./cli-process.ts";
import { eventsOf, GET_TIMEOUT_MS, type Host, startHost } from "./lib/getting.ts";
import { sha256Of, writeNoise } from "./lib/test-files.ts";
import { untilOffline } from "./lib/until-offline.ts";

const FILM_BYTES = 5_000_000;
/** A film of which much is left when its reader stops. */
const LONG_FILM_BYTES = 30_000_000;
/** More than all pipes and buffers between the two hold. */
const STALLED_BYTES = 12_000_000;
const STALL_MS = 2000;

let home: Home;
let host: Host;
let sha256 = "";

beforeAll(async () => {
  home = await createHome();
  const film = join(home.folder, "film.mp4");
  sha256 = await writeNoise(film, FILM_BYTES);
  host = await startHost(home, film);
});
afterAll(async () => {
  host.running.child.kill("SIGKILL");
  await home.remove();
});

const newFolder = (): Promise<string> => mkdtemp(join(home.folder, "out-"));
const get = (folder: string, args: readonly string[] = [], link = host.link): Promise<Ended> =>
  runCli(home, ["get", link, "--out", folder, ...args], { timeoutMs: GET_TIMEOUT_MS });

function expectOneClearLine({ stderr, stdout }: Ended): void {
  expect(stderr).toMatch(/^rangecast: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+|node:internal|Error:/);
  expect(stdout).toBe("");
}

describe("a downloaded file", () => {
  it("is complete, has its own name, and is alone in its folder", async () => {
    const folder = await newFolder();
    const { code, stdout, stderr } = await get(folder, ["--sha256"]);
    expect([code, stderr, await readdir(folder)]).toEqual([0, "", ["film.mp4"]]);
    expect(await sha256Of(join(folder, "film.mp4"))).toBe(sha256);
    expect(stdout).toMatch(
      /^Downloading film\.mp4 \(5 MB\) to .*\/film\.mp4\n[\s\S]*Saved .*\/film\.mp4 \(5 MB\) in .*\.\nSHA-256: [0-9a-f]{64}\n$/,
    );
    expect(stdout).toContain(sha256);
  });

  it("is reported by events with the fields that the README lists", async () => {
    const folder = await newFolder();
    const { code, stdout } = await get(folder, ["--json", "--sha256", "--name", "other.mp4"]);
    const file = join(folder, "other.mp4");
    const events = jsonLines(stdout);
    expect(events[0]).toEqual({ event: "connecting" });
    expect(events[1]).toEqual({
      event: "ready",
      name: "film.mp4",
      size: FILM_BYTES,
      file,
      resumed: 0,
      mediaType: "video/mp4",
      notices: [],
    });
    expect(events.at(-1)).toEqual({ event: "done", file, size: FILM_BYTES, fetched: FILM_BYTES, seconds: expect.any(Number), sha256 });
    expect([code, await readdir(folder)]).toEqual([0, ["other.mp4"]]);
  });

  it("is empty if the host's file is", async () => {
    const empty = join(home.folder, "empty.txt");
    await writeFile(empty, "");
    const other = await startHost(home, empty);
    onTestFinished(() => void other.running.child.kill("SIGKILL"));
    const folder = await newFolder();
    expect((await get(folder, ["--quiet"], other.link)).stdout).toBe(`${join(folder, "empty.txt")}\n`);
    expect(await readFile(join(folder, "empty.txt"), "utf8")).toBe("");
  });

  it("replaces another file only with --overwrite", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "film.mp4"), "mine");
    const refused = await get(folder);
    expectOneClearLine(refused);
    expect([refused.code, refused.stderr]).toEqual([18, expect.stringMatching(/film\.mp4 already.*--overwrite/)]);
    expect([await readdir(folder), await readFile(join(folder, "film.mp4"), "utf8")]).toEqual([["film.mp4"], "mine"]);
    expect((await get(folder, ["--overwrite", "--quiet", "--sha256"])).stdout).toBe(`${sha256}  ${join(folder, "film.mp4")}\n`);
    expect([await readdir(folder), await sha256Of(join(folder, "film.mp4"))]).toEqual([["film.mp4"], sha256]);
  });
});

describe("the name from the host", () => {
  it.each<[string, string, string]>([
    ["a path upwards", "../../escaped.mp4", "escaped.mp4"],
    ["a path upwards on Windows", "..\\..\\escaped.mp4", "escaped.mp4"],
    ["an absolute path", "/etc/cron.d/escaped", "escaped"],
    ["the folder above", "..", "download"],
    ["a hidden file", ".bashrc", "bashrc"],
    ["a device", "CON", "_CON"],
    ["a device with an extension", "nul.txt", "_nul.txt"],
    ["commands for a terminal", "a\u001B[2J\u0007\nb.mp4", "a_[2J__b.mp4"],
    ["a direction that hides an extension", "photo\u202Egpj.exe", "photo_gpj.exe"],
    ["an option", "-rf", "_rf"],
    ["a name that is too long", "x".repeat(400), "x".repeat(200)],
  ])("is made safe if it is %s, and nothing is written outside the folder", async (_what, theirs, ours) => {
    const relay = await serveRelay({ host: "127.0.0.1", port: 0 });
    const daemon = createDaemon({ relay: relay.url, store: await createEphemeralStore() });
    onTestFinished(async () => {
      await daemon.close();
      await relay.close();
    });
    const outside = await newFolder();
    const folder = join(outside, "inside");
    await mkdir(folder);
    await writeFile(join(outside, "few"), "few bytes");
    const { link } = await daemon.addShare({ path: join(outside, "few"), name: theirs });
    const { code, stdout } = await get(folder, [], link);
    expect([code, await readdir(folder), (await readdir(outside)).sort()]).toEqual([0, [ours], ["few", "inside"]]);
    expect(await readFile(join(folder, ours), "utf8")).toBe("few bytes");
    // eslint-disable-next-line no-control-regex
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001F\u202E]/);
  });

  it("doesn't follow a symbolic link of that name", async () => {
    const folder = await newFolder();
    const mine = join(await newFolder(), "mine");
    await symlink(mine, join(folder, "film.mp4"));
    expect((await get(folder)).code).toBe(18);
    expect((await get(folder, ["--overwrite"])).code).toBe(0);
    await expect(readFile(mine)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await sha256Of(join(folder, "film.mp4"))).toBe(sha256);
  });
});

describe("standard output", () => {
  async function startLongFilm(): Promise<Host> {
    const film = join(home.folder, "long.mp4");
    await writeNoise(film, LONG_FILM_BYTES);
    const long = await startHost(home, film);
    onTestFinished(() => void long.running.child.kill("SIGKILL"));
    return long;
  }

  /** Runs it in a pipe to another program, as a shell does. */
  function piped(command: string, args: readonly string[]): Promise<Ended> {
    const shell = `"${process.execPath}" "${CLI}" get ${args.join(" ")} | ${command}`;
    const child = spawn("sh", ["-c", shell], { env: { ...home.env, RANGECAST_LINK: host.link }, timeout: GET_TIMEOUT_MS });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  }

  it.skipIf(process.platform === "win32").each([[[]], [["--json"]], [["--quiet"]], [["--verbose"]]])(
    "has the bytes and nothing else, with %j",
    async (args) => {
      const { stdout, stderr } = await piped("sha256sum", ["--out", "-", ...args]);
      expect(stdout).toBe(`${sha256}  -\n`);
      if (args[0] === "--json") expect(eventsOf(stderr).last).toMatchObject({ event: "done", file: "-", fetched: FILM_BYTES });
      if (args[0] === "--quiet") expect(stderr).toBe("");
    },
  );

  it("may be read slowly: if nothing is read, the host stops sending", async () => {
    const long = await startLongFilm();
    const child = spawn(process.execPath, [CLI, "get", long.link, "--out", "-", "--quiet"], {
      env: home.env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    await long.running.until(/"progress","viewer":1,"bytes":[1-9]/);
    await new Promise((resolve) => setTimeout(resolve, STALL_MS));
    const sent = jsonLines(long.running.stdout()).filter(({ event }) => event === "progress");
    expect(Number(sent.at(-1)?.["bytes"])).toBeLessThan(STALLED_BYTES);
    child.stdout.resume();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  });

  it("that is closed by its reader ends the command", async () => {
    const { link } = await startLongFilm();
    const started = startCli(home, ["get", link, "-o", "-"]);
    started.child.stdout.once("data", () => started.child.stdout.destroy());
    expect((await started.ended).code).toBe(141);
  });

  it.skipIf(process.platform !== "linux")("that can't be written to is reported in one line", async () => {
    const shell = `"${process.execPath}" "${CLI}" get --quiet -o - > /dev/full`;
    const child = spawn("sh", ["-c", shell], { env: { ...home.env, RANGECAST_LINK: host.link } });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(19);
    expect(stderr).toBe("rangecast: Standard output can't be written: the disk is full.\n");
  });
});

describe("the link", () => {
  it("comes from standard input or the environment, where other users can't see it", async () => {
    for (const [args, options] of [
      [["-"], { input: `${host.link}\n` }],
      [[], { input: `${host.link}\n` }],
      [[], { env: { RANGECAST_LINK: host.link } }],
    ] as const) {
      const folder = await newFolder();
      const { code } = await runCli(home, ["get", ...args, "--out", folder], { ...options, timeoutMs: GET_TIMEOUT_MS });
      expect([code, await readdir(folder)]).toEqual([0, ["film.mp4"]]);
    }
  });

  it.skipIf(process.platform !== "linux")("that was an argument soon disappears from the process list", async () => {
    const started = startCli(home, ["get", host.link, "--out", await newFolder(), "--json"]);
    await started.until(/"connecting"/);
    const shown = await readFile(`/proc/${started.child.pid}/cmdline`, "utf8");
    expect(shown).toMatch(/^rangecast get\0*$/);
    expect((await started.ended).code).toBe(0);
  });

  it.each<[string, number, RegExp, (link: string) => string[]]>([
    ["none", 2, /Which link\?.*RANGECAST_LINK/, () => []],
    ["no link", 12, /no http or https link/, () => ["film.mp4"]],
    ["one that is cut off", 12, /damaged or cut off.*quotes/, (link) => [link.slice(0, -2)]],
    ["one without its secret", 12, /part behind # is missing/, (link) => [link.split("#")[0] ?? ""]],
    ["one with another secret", 12, /No share has this link/, (link) => [link.replace(/#v1\..{10}/, "#v1.AAAAAAAAAA")]],
    ["a relay that can't be reached", 10, /relay http:\/\/127\.0\.0\.1:1 can't be reached/, (link) => [link.replace(/:\d+\//, ":1/")]],
    ["two links", 2, /too many arguments/, (link) => [link, link]],
    ["a name that is a path", 2, /not a path/, (link) => [link, "--name", "../x"]],
    ["a name that is a folder", 2, /not a folder's/, (link) => [link, "--name", ".."]],
    ["a folder that doesn't exist", 20, /no folder none\. Create it/, (link) => [link, "--out", "none"]],
    ["a name on standard output", 2, /--name and --overwrite can't be used with --out -/, (link) => [link, "-o", "-", "--name", "x"]],
  ])("is refused in one line: %s", async (_what, code, message, argsOf) => {
    const ended = await runCli(home, ["get", ...argsOf(host.link)]);
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain(host.link.split("#v1.")[1]);
    expect(ended.code).toBe(code);
  });

  it("of a host that went away is reported as offline, also as an event", async () => {
    const relay = startCli(home, ["relay", "--port", "0", "--quiet"], { timeoutMs: GET_TIMEOUT_MS });
    onTestFinished(() => void relay.child.kill("SIGKILL"));
    const [origin] = await relay.until(/http:\/\/127\.0\.0\.1:\d+/);
    const other = await startHost(home, join(home.folder, "film.mp4"), ["--relay", origin, "--ephemeral"]);
    other.running.child.kill("SIGINT");
    await other.running.ended;
    await untilOffline(other.link);
    const ended = await get(await newFolder(), ["--json"], other.link);
    expect(eventsOf(ended.stdout).last).toMatchObject({ event: "error", reason: "host-offline", exitCode: 13, resumable: false });
    expect(ended.stderr).toMatch(/^rangecast: The host isn't online/);
    expect(ended.code).toBe(13);
  });
});

it("has a help text about resuming, keeping the link secret, and exit codes", async () => {
  const { stdout } = await runCli(home, ["help", "get"]);
  expect(stdout).toMatch(
    /continues where it stopped[\s\S]*--overwrite[\s\S]*Examples:[\s\S]*other users of this computer[\s\S]*Exit codes:/,
  );
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});
