/** `rangecast share` as a process: what it prints for people and programs, how it ends, and what it keeps. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, readlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect, type RemoteFile } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createHome, type Home, jsonLines, runCli, type Running, startCli, type StartOptions } from "./cli-process.ts";

const FILM = randomBytes(300_000);
/** What the README and --help say. */
const USUAL_PORT = 7264;
const LINK = /http:\/\/127\.0\.0\.1:(\d+)\/s\/[\w-]{22}#v1\.[\w-]{43}/;
const VIEWER = fileURLToPath(new URL("programs/fetch.mjs", import.meta.url));
const testData = (name: string): string => fileURLToPath(new URL(`../../packages/cli/test-data/${name}`, import.meta.url));

let home: Home;
const running = new Set<Running>();

beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.mp4"), FILM);
});
afterEach(() => {
  for (const { child } of running) child.kill("SIGKILL");
  running.clear();
});
afterAll(() => home.remove());

function share(args: readonly string[], options: StartOptions = {}, user: Home = home): Running {
  const started = startCli(user, ["share", "film.mp4", ...args], { cwd: home.folder, ...options });
  running.add(started);
  return started;
}

async function freshHome(): Promise<Home> {
  const other = await createHome();
  onTestFinished(() => other.remove());
  return other;
}

async function watch(link: string): Promise<RemoteFile> {
  const remote = await connect(link, { createPeerConnection });
  onTestFinished(() => remote.close());
  return remote;
}

/** The UDP ports that a process has open, from Linux's proc(5). */
async function openUdpPorts(pid: number | undefined): Promise<number[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  const tables = await Promise.all(["udp", "udp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => "")));
  const sockets = tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.trim().split(/\s+/)),
  );
  const own = sockets.filter((columns) => targets.includes(`socket:[${columns[9]}]`));
  return [...new Set(own.map((columns) => Number.parseInt(columns[1]?.split(":")[1] ?? "", 16)))];
}

async function stopped(
  started: Running,
  signal: NodeJS.Signals = "SIGINT",
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  started.child.kill(signal);
  return started.ended;
}

describe("for people", () => {
  it("prints the name, the size, the link and that it works on this computer only; no QR code or colours without a terminal", async () => {
    const started = share(["--port", "0"]);
    await started.until(LINK);
    const { code, stdout, stderr } = await stopped(started);
    expect(stdout).toMatch(
      /^Sharing film\.mp4 \(300 kB\)\n\n {2}http:[^\n]+\n\nThis link works on this computer only\.\nFor other devices: .*\n\nStopping\.\nStopped\.\n$/,
    );
    expect(stdout).not.toMatch(/[█▀▄]/);
    expect(stdout).not.toContain("\u001B");
    expect([code, stderr]).toEqual([130, ""]);
  });

  it("shows the name given by --name", async () => {
    const started = share(["--port", "0", "--name", "Holiday.mp4"]);
    await started.until(/Sharing Holiday\.mp4/);
    await stopped(started);
  });

  it("prints only the link with --quiet", async () => {
    const started = share(["--port", "0", "--quiet"]);
    const [link] = await started.until(LINK);
    expect(await stopped(started)).toEqual({ code: 130, stdout: `${link}\n`, stderr: "" });
  });

  it("logs to standard error with --verbose, and never the secret", async () => {
    const started = share(["--port", "0", "--verbose"]);
    const [link] = await started.until(LINK);
    const { stderr } = await stopped(started);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info: a file is shared/m);
    expect(stderr).not.toContain(link.split("#v1.")[1]);
  });

  it("prints an https link with a name from the certificate", async () => {
    const started = share([
      "--port",
      "0",
      "--host",
      "127.0.0.1",
      "--tls-cert",
      testData("cert.pem"),
      "--tls-key",
      testData("key.pem"),
      "--json",
    ]);
    await started.until(/"ready"/);
    const [ready] = jsonLines((await stopped(started)).stdout);
    expect(ready).toMatchObject({ link: expect.stringMatching(/^https:\/\/films\.example\.org:\d+\/s\//), reach: "anywhere", notices: [] });
  });
});

describe("for programs", () => {
  it("reports a viewer's arrival, progress and end as JSON lines", async () => {
    const started = share(["--port", "0", "--json"]);
    await started.until(/"ready".*\n/);
    const [ready] = jsonLines(started.stdout());
    expect(ready).toMatchObject({
      event: "ready",
      link: expect.stringMatching(LINK),
      name: "film.mp4",
      size: 300_000,
      reach: "this-computer",
    });
    const remote = await watch(String(ready?.["link"]));
    expect(Buffer.from(await remote.read({ start: 0, end: remote.size }))).toEqual(FILM);
    await started.until(/"percent":100/);
    await remote.close();
    await started.until(/"viewer-left".*\n/);
    const { code, stdout } = await stopped(started);
    const events = jsonLines(stdout);
    expect(events.find(({ event }) => event === "viewer-joined")).toMatchObject({ viewer: 1, path: "direct" });
    expect(events.filter(({ event }) => event === "progress").at(-1)).toMatchObject({ viewer: 1, percent: 100, path: "direct" });
    expect(events.find(({ event }) => event === "viewer-left")).toMatchObject({
      viewer: 1,
      reason: expect.any(String),
      bytes: expect.any(Number),
    });
    expect(events.at(-1)).toEqual({ event: "stopped", reason: "interrupted" });
    expect(code).toBe(130);
  });
});

/** The events without progress, which comes once a second, whatever else happens. */
const events = (stdout: string): Array<Record<string, unknown>> => jsonLines(stdout).filter(({ event }) => event !== "progress");

describe("how it ends", () => {
  it.each<[NodeJS.Signals, number, string]>([
    ["SIGINT", 130, "interrupted"],
    ["SIGTERM", 143, "terminated"],
    ["SIGHUP", 129, "hangup"],
  ])("notifies the viewer on %s, and exits with %d", async (signal, exitCode, reason) => {
    const started = share(["--port", "0", "--json"]);
    const [link] = await started.until(LINK);
    const remote = await watch(link);
    // A viewer's first request announces that it understands GOODBYE.
    await remote.read({ start: 0, end: 1 });
    const { code, stdout, stderr } = await stopped(started, signal);
    expect(await remote.closed).toMatchObject({ reason: "host-stopped" });
    expect(events(stdout).slice(-3)).toMatchObject([
      { event: "stopping", viewers: 1 },
      { event: "viewer-left", viewer: 1, reason: "stopped" },
      { event: "stopped", reason },
    ]);
    expect([code, stderr]).toEqual([exitCode, ""]);
  });

  it("ends at once on the second Ctrl-C, while the first still waits for a viewer that doesn't answer", async () => {
    const size = 1024 ** 3;
    await writeFile(join(home.folder, "large.bin"), "");
    await truncate(join(home.folder, "large.bin"), size);
    const started = startCli(home, ["share", "large.bin", "--port", "0", "--json"]);
    running.add(started);
    const [link] = await started.until(LINK);
    const viewer = spawn(process.execPath, [VIEWER, link], { stdio: "ignore" });
    onTestFinished(() => void viewer.kill("SIGKILL"));
    await started.until(/"progress"/);
    viewer.kill("SIGSTOP");
    started.child.kill("SIGINT");
    await started.until(/"stopping"/);
    started.child.kill("SIGINT");
    const { code, stdout } = await started.ended;
    expect(code).toBe(130);
    expect(events(stdout).at(-1)).toEqual({ event: "stopping", viewers: 1 });
  });

  it("counts a Ctrl-C that npm passes on as one, not two", async () => {
    const started = share(["--port", "0", "--json"], { env: { npm_command: "run-script" } });
    const [link] = await started.until(LINK);
    await watch(link);
    await started.until(/"viewer-joined"/);
    started.child.kill("SIGINT");
    started.child.kill("SIGINT");
    const { code, stdout } = await started.ended;
    expect([code, jsonLines(stdout).at(-1)]).toEqual([130, { event: "stopped", reason: "interrupted" }]);
  });

  it("ends when its output is closed", async () => {
    const started = share(["--port", "0", "--json"]);
    const [link] = await started.until(LINK);
    started.child.stdout.destroy();
    // It prints when a viewer comes, at the latest.
    await watch(link).catch(() => undefined);
    expect((await started.ended).code).toBe(141);
  });
});

describe("what it saves", () => {
  it("gives the same link for the same file the next time, and another one with --ephemeral", async () => {
    const user = await freshHome();
    const idOf = async (args: readonly string[]): Promise<string> => {
      const started = share(["--port", "0", "--quiet", ...args], {}, user);
      const [link] = await started.until(LINK);
      await stopped(started);
      return link.slice(link.indexOf("/s/"));
    };
    const [first, again, ephemeral] = [await idOf([]), await idOf([]), await idOf(["--ephemeral"])];
    expect(again).toBe(first);
    expect(ephemeral).not.toBe(first);
  });

  it("saves nothing with --ephemeral", async () => {
    const user = await freshHome();
    const started = share(["--port", "0", "--quiet", "--ephemeral", "--page", "http://localhost:5173"], {}, user);
    await started.until(/http:\/\/localhost:5173\/s\//);
    await stopped(started);
    expect(await readdir(user.folder)).toEqual([]);
  });

  it("uses --page for one run, and what config set saved until config unset or for a run with --no-page", async () => {
    const user = await freshHome();
    const linesOf = async (args: readonly string[]): Promise<string> => {
      const started = share(["--port", "0", ...args], {}, user);
      await started.until(/#v1\.[\s\S]*\n\n[^\n]+\n[\s\S]*\n\n/);
      return (await stopped(started)).stdout;
    };
    const page = "http://localhost:5173";
    expect(await linesOf(["--page", page])).toMatch(
      /localhost:5173\/s\/[\s\S]*every time: rangecast config set page http:\/\/localhost:5173/,
    );
    expect(await readdir(join(user.folder, "config")).catch(() => [])).toEqual([]);
    expect(await runCli(user, ["config", "set", "page", page])).toMatchObject({ code: 0, stdout: expect.stringContaining("config.json") });
    expect(await linesOf([])).toMatch(/localhost:5173\/s\/[\s\S]*Using the page http:\/\/localhost:5173, saved in/);
    expect(await linesOf(["--no-page"])).toMatch(/127\.0\.0\.1:\d+\/s\/[\s\S]*the saved page http:\/\/localhost:5173 is not used/);
    expect(await runCli(user, ["config", "unset", "page"])).toMatchObject({ code: 0 });
    expect(await runCli(user, ["config", "get", "page"])).toMatchObject({ code: 23, stdout: "" });
  });
});

describe("where it listens", () => {
  it("takes another port if the default one is in use and none was given", async () => {
    const blocker = createServer().listen(USUAL_PORT, "127.0.0.1");
    onTestFinished(() => void blocker.close());
    await new Promise((resolve) => blocker.once("listening", resolve).once("error", resolve));
    const started = share(["--quiet"]);
    const [, port] = await started.until(LINK);
    expect(Number(port)).not.toBe(USUAL_PORT);
    await stopped(started);
  });

  it("serves the page at every share's URL, and the relay's health check", async () => {
    const started = share(["--port", "0", "--quiet"]);
    const [link] = await started.until(LINK);
    const { origin } = new URL(link);
    const page = await fetch(link);
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-cache",
    ]);
    expect(await (await fetch(`${origin}/s/AAAAAAAAAAAAAAAAAAAAAA`)).text()).toBe(await page.text());
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/sw.js`)).headers.get("cache-control")).toBe("no-cache");
    await stopped(started);
  });

  it("serves viewers over https with a certificate that this computer doesn't trust", async () => {
    const tls = ["--tls-cert", testData("local-cert.pem"), "--tls-key", testData("local-key.pem")];
    const started = share(["--port", "0", "--host", "127.0.0.1", "--quiet", ...tls]);
    const [link] = await started.until(/https:\/\/localhost:\d+\/s\/\S+/);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: testData("local-cert.pem") };
    const viewer = await promisify(execFile)(process.execPath, [VIEWER, link], { env });
    const sha256 = createHash("sha256").update(FILM).digest("hex");
    expect(jsonLines(viewer.stdout).at(-1)).toMatchObject({ event: "done", bytes: FILM.length, sha256 });
    await stopped(started);
  });

  it.skipIf(process.platform !== "linux")("serves all viewers on the UDP port given by --udp-port", async () => {
    const socket = createSocket("udp4").bind(0);
    await once(socket, "listening");
    const { port } = socket.address();
    socket.close();
    const started = share(["--port", "0", "--json", "--udp-port", String(port)]);
    const [link] = await started.until(LINK);
    const remotes = [await watch(link), await watch(link)];
    const films = await Promise.all(remotes.map((remote) => remote.read({ start: 0, end: remote.size })));
    expect(films.map((film) => Buffer.from(film).equals(FILM))).toEqual([true, true]);
    expect(await openUdpPorts(started.child.pid)).toEqual([port]);
    await stopped(started);
  });

  it("uses a relay and a page elsewhere", async () => {
    const relay = startCli(home, ["relay", "--port", "0", "--quiet"]);
    running.add(relay);
    const [origin] = await relay.until(/http:\/\/127\.0\.0\.1:\d+/);
    const started = share(["--relay", origin, "--ephemeral", "--json"]);
    await started.until(/"ready".*\n/);
    const [ready] = jsonLines(started.stdout());
    expect(ready).toMatchObject({ relay: origin, page: origin, link: expect.stringContaining(`${origin}/s/`) });
    const remote = await watch(String(ready?.["link"]));
    expect(remote.name).toBe("film.mp4");
    expect((await stopped(started)).code).toBe(130);
    expect((await stopped(relay)).code).toBe(130);
  });
});

describe("rangecast relay", () => {
  it("prints its URL, serves the page unless --no-page is given, and stops on Ctrl-C", async () => {
    for (const [args, status] of [
      [[], 200],
      [["--no-page"], 404],
    ] as const) {
      const relay = startCli(home, ["relay", "--port", "0", "--json", ...args]);
      running.add(relay);
      await relay.until(/"ready".*\n/);
      const [ready] = jsonLines(relay.stdout());
      expect((await fetch(`${String(ready?.["url"])}/s/AAAAAAAAAAAAAAAAAAAAAA`)).status).toBe(status);
      const { code, stdout, stderr } = await stopped(relay);
      expect(jsonLines(stdout)).toMatchObject([
        { event: "ready", plain: false },
        { event: "stopped", reason: "interrupted" },
      ]);
      expect([code, stderr]).toEqual([130, ""]);
    }
  });

  it("doesn't take another port by itself, because others know its address", async () => {
    const blocker = createServer().listen(USUAL_PORT, "127.0.0.1");
    onTestFinished(() => void blocker.close());
    await new Promise((resolve) => blocker.once("listening", resolve).once("error", resolve));
    expect(await runCli(home, ["relay"])).toMatchObject({ code: 6, stdout: "", stderr: expect.stringMatching(/Port 7264 .* is in use/) });
  });

  it("enables plain mode with the keys from the environment, and never shows them", async () => {
    const key = "a-key-for-the-test-only";
    const relay = startCli(home, ["relay", "--port", "0", "--json", "--verbose"], { env: { RANGECAST_RELAY_KEYS: key } });
    running.add(relay);
    await relay.until(/"ready".*\n/);
    const [ready] = jsonLines(relay.stdout());
    const post = (bearer: string): Promise<Response> =>
      fetch(`${String(ready?.["url"])}/api/internal/stream/signal/session-1`, {
        method: "POST",
        headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
        body: JSON.stringify({ from: "browser", type: "bye", payload: "" }),
      });
    expect([(await post(key)).status, (await post(`${key}x`)).status]).toEqual([200, 401]);
    const { stdout, stderr } = await stopped(relay);
    expect(stdout + stderr).not.toContain(key);
  });

  it("refuses an invalid key from the environment, without showing it", async () => {
    const { code, stderr } = await runCli(home, ["relay"], { env: { RANGECAST_RELAY_KEYS: "short" } });
    expect(stderr).toMatch(/^rangecast: RANGECAST_RELAY_KEYS holds .*\n$/);
    expect(stderr).not.toContain("short");
    expect(code).toBe(2);
  });
});
