/*
 * `rangecast share --tunnel` with a stand-in that prints its address late, twice or never, that dies, or that outlives a killed share; and a tunnel of
 * `ssh -R` to an OpenSSH server in a network namespace, whose address ssh does not print.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../lib/free-port.ts";
import { makeNetwork, MIDDLE_ADDRESS, whyNoNetwork } from "../lib/network.ts";
import { makeHome, removeHome, startRangecast, type Surroundings } from "../lib/rangecast.ts";
import { startSshServer, whyNoSshServer } from "../lib/ssh-server.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";
import { answers, readPid, standIn, TUNNEL_CERTIFICATE } from "../lib/tunnel.ts";
import { lookUntil } from "../lib/wait.ts";

const FILE_BYTES = 2_000_000;
const EXIT_CODE = 25;
const REMOTE_PORT = 8080;
/** Longest that a program may take to start, or a guard to end what a killed share left, milliseconds: two seconds, and a busy machine. */
const SOON_MS = 20_000;
/** An address that doesn't lead here is tried for a minute, milliseconds. */
const ELSEWHERE_LIMIT_MS = 100_000;

type Running = ReturnType<typeof startRangecast>;

let home: string;
let file: string;
let sha256: string;
let clean: (() => unknown)[];
beforeEach(async () => {
  home = await makeHome();
  file = join(home, "noise.bin");
  sha256 = await writeNoise(file, FILE_BYTES);
  clean = [() => removeHome(home)];
});
afterEach(async () => {
  for (const step of clean.toReversed()) await step();
});

const env = { NODE_EXTRA_CA_CERTS: TUNNEL_CERTIFICATE };

function start(args: readonly string[], surroundings: Partial<Surroundings> = {}): Running {
  const running = startRangecast(args, { home, env, ...surroundings });
  clean.push(() => running.stop());
  return running;
}

const share = (args: readonly string[], surroundings: Partial<Surroundings> = {}): Running =>
  start(["share", file, "--json", ...args], surroundings);
const event = (running: Running, name: string, limitMs?: number): Promise<Record<string, unknown>> =>
  running.waitFor((one) => one.event === name, limitMs);

/** Waits until something is so. @throws if it takes too long */
async function until(look: () => Promise<boolean>): Promise<void> {
  const { signal } = new AbortController();
  expect(await lookUntil(async () => ((await look()) ? true : undefined), { limitMs: SOON_MS, signal })).toBe(true);
}

/** Downloads the file of a link. */
async function get(link: unknown, surroundings: Partial<Surroundings> = {}): Promise<void> {
  const out = join(home, `got-${clean.length}`);
  await mkdir(out);
  const viewer = start(["get", String(link), "--json", "--out", out], surroundings);
  expect(await viewer.exited).toBe(0);
  expect(await sha256Of(join(out, "noise.bin"))).toBe(sha256);
}

describe("a stand-in", () => {
  test.each(["late", "twice"])("that prints its address %s is found, and leads to the share", async (print) => {
    await get((await event(share(["--tunnel", standIn("--print", print)]), "ready"))["link"]);
  });

  test.each([
    ["prints none", ["--tunnel", standIn("--print", "never")], /no https address within 30 s.*--tunnel-url.*Thank you for trying/],
    ["prints another server's", ["--tunnel", standIn("--print", "elsewhere")], /doesn't lead to this computer after 1 min.*HTTP 404/],
    ["exits", ["--tunnel", standIn("--print", "exit")], /it ended with code 3\. Its last lines: .* \/ ERR the account is unknown/],
    ["does not exist", ["--tunnel", "/no/such/tunnel {port}"], /There is no program \/no\/such\/tunnel\. Install it/],
    ["is run by somebody else, and isn't there", ["--tunnel-url", "http://localhost:65531"], /nothing listens.*--port/],
  ])(
    "that %s: the share ends with the reason, and nothing is left",
    async (_what, args, message) => {
      const running = share(args.includes("--tunnel-url") ? [...args, "--port", String(await freePort())] : args);
      const failure = await event(running, "error", ELSEWHERE_LIMIT_MS);
      expect(failure).toMatchObject({ reason: "tunnel-failed", exitCode: EXIT_CODE, message: expect.stringMatching(message) });
      expect(await running.exited).toBe(EXIT_CODE);
    },
    2 * ELSEWHERE_LIMIT_MS,
  );

  test("of a known name that isn't installed: the message says how to install it", async () => {
    const running = share(["--tunnel", "cloudflared"], { env: { PATH: home } });
    expect(await event(running, "error")).toMatchObject({
      message: expect.stringMatching(/^There is no program cloudflared\. Install it/),
    });
  });

  test("that dies is started again, and the new link works", async () => {
    const pidFile = join(home, "pid");
    const running = share(["--tunnel", standIn("--pid", pidFile)]);
    const before = await event(running, "ready");
    process.kill(await readPid(pidFile), "SIGKILL");
    expect(await event(running, "tunnel-offline")).toMatchObject({ message: "it was ended by SIGKILL" });
    const after = await event(running, "tunnel-online");
    expect(after).toMatchObject({ changed: true });
    expect(after["link"]).not.toBe(before["link"]);
    await get(after["link"]);
  });

  test("that dies and gets the same address again keeps the link", async () => {
    const [pidFile, port] = [join(home, "pid"), await freePort()];
    const running = share(["--tunnel", standIn("--pid", pidFile, "--at", String(port))]);
    const { link } = await event(running, "ready");
    process.kill(await readPid(pidFile), "SIGKILL");
    expect(await event(running, "tunnel-online")).toMatchObject({ changed: false, link });
    await get(link);
  });

  test("ends when the share is killed", async () => {
    const running = share(["--tunnel", standIn()]);
    const address = String((await event(running, "ready"))["page"]);
    expect(await answers(address)).toBe(true);
    running.child.kill("SIGKILL");
    await running.exited;
    await until(async () => !(await answers(address)));
  });

  test("ends when the share is stopped before there is an address", async () => {
    const address = `https://localhost:${await freePort()}`;
    const running = share(["--tunnel", standIn("--at", new URL(address).port, "--print", "never")]);
    await until(() => answers(address));
    expect(await running.stop()).toBe(130);
    expect(await answers(address)).toBe(false);
  });
});

test("only the share's own daemon can register at the relay behind the tunnel", async () => {
  const port = await freePort();
  const running = share(["--tunnel", standIn("--plain", "--at", String(port)), "--tunnel-url", `http://localhost:${port}`]);
  await event(running, "ready");
  const answer = await fetch(`http://localhost:${port}/api/v1/shares`, { method: "POST", body: "{}" });
  expect([answer.status, await answer.json()]).toEqual([403, { error: "forbidden", message: "this relay is one daemon's own" }]);
});

const missing = whyNoNetwork() ?? whyNoSshServer();

test.skipIf(missing !== undefined)(
  `ssh -R to an OpenSSH server leads to the share, and is started again with the server${missing === undefined ? "" : ` (${missing})`}`,
  async () => {
    const network = await makeNetwork();
    clean.push(() => network.remove());
    const folder = join(home, "ssh");
    await mkdir(folder);
    const server = await startSshServer(network, folder);
    clean.push(() => server.stop());
    const command = ["ssh", ...server.clientArgs(REMOTE_PORT, "{port}")].map((arg) => `"${arg}"`).join(" ");
    const url = `http://${MIDDLE_ADDRESS}:${REMOTE_PORT}`;
    const running = share(["--tunnel", command, "--tunnel-url", url], { within: network.within("host") });
    const { link, reach, notices } = await event(running, "ready");
    expect([String(link).startsWith(`${url}/s/`), reach]).toEqual([true, "nowhere"]);
    expect(notices).toContainEqual(expect.stringMatching(/Browsers won't play/));
    await get(link, { within: network.within("viewer") });
    await server.stop();
    await event(running, "tunnel-offline");
    await server.start();
    expect(await event(running, "tunnel-online", ELSEWHERE_LIMIT_MS)).toMatchObject({ changed: false, link });
    await get(link, { within: network.within("viewer") });
  },
  3 * ELSEWHERE_LIMIT_MS,
);
