/** The messages of the command line when its surroundings are wrong: the folder, a name, the clock, a proxy, or another process. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createMemoryStore, createRelay } from "@rangecast/relay";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { CLI, createHome, type Ended, type Home, jsonLines, runCli, type Running, startCli } from "./cli-process.ts";
import { startBufferingProxy } from "./lib/buffering-proxy.ts";
import { GET_TIMEOUT_MS, startHost, untilPart } from "./lib/getting.ts";
import { writeNoise } from "./lib/test-files.ts";

/** Much of it is left when its first bytes have come. */
const FILM_BYTES = 40_000_000;
const DAY_MS = 24 * 3_600_000;
/** What no message may contain: error codes, reasons, system calls and class names. */
const MACHINE_WORD = /\bE[A-Z]{3,}\b|\([a-z-]+\)|\buv_|\bmkdir\b|\bHTTP\b|wrong-time|Error\b|bug in rangecast/;
const isLinux = process.platform === "linux";

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.mp4"), "not a film");
});
afterAll(() => home.remove());

function expectWords({ stderr }: Ended, words: RegExp): void {
  expect(stderr).toMatch(/^rangecast: [^\n]+\n$/);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(MACHINE_WORD);
}

function stopLater(running: Running): Running {
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

describe("an empty argument", () => {
  it.each<[string[], RegExp]>([
    [["share", ""], /^rangecast: Which file\?/],
    [["share", "  "], /^rangecast: Which file\?/],
    [["get", ""], /^rangecast: Which link\?/],
    [["doctor", ""], /^rangecast: Which link\?/],
    [["get", "LINK", "--out", ""], /--out <dir>.*empty: give a path/],
  ])("%j is named in the message", async (args, words) => {
    const ended = await runCli(home, args);
    expectWords(ended, words);
    expect(ended.code).toBe(2);
  });
});

describe.skipIf(!isLinux)("a current folder that was deleted", () => {
  const inGoneFolder = async (args: string): Promise<Ended> => {
    const folder = await mkdtemp(join(home.folder, "gone-"));
    const script = `cd '${folder}' && rmdir '${folder}' && exec '${process.execPath}' '${CLI}' ${args}`;
    return runShell(script);
  };

  it.each(["share film.mp4", "get 'http://127.0.0.1:1/s/AAAAAAAAAAAAAAAAAAAAAA#v1.x'"])("is reported by %s", async (args) => {
    const ended = await inGoneFolder(args);
    expectWords(ended, /The current folder is gone: it was deleted or moved/);
    expect(ended.code).toBe(3);
  });

  it("does not matter if no path depends on it", async () => {
    expect(await inGoneFolder("--version")).toMatchObject({ code: 0, stderr: "" });
    expectWords(await inGoneFolder(`share '${home.folder}/missing.mp4'`), /no file .*missing\.mp4/);
  });
});

describe.skipIf(!isLinux)("a name that is not UTF-8", () => {
  it("of a file, of the --out folder, or of the current folder is reported, with what to do", async () => {
    const folder = join(home.folder, "bytes");
    await mkdir(folder);
    const cli = `exec '${process.execPath}' '${CLI}'`;
    const within = `cd '${folder}' && mkdir -p "$(printf 'caf\\351')" && : > "$(printf 'caf\\351.mp4')"`;
    expectWords(
      await runShell(`${within} && ${cli} share "$(printf 'caf\\351.mp4')"`),
      /caf\uFFFD\.mp4 can't be opened.*not valid UTF-8.*symbolic link/,
    );
    expectWords(await runShell(`${within} && ${cli} get LINK --out "$(printf 'caf\\351')"`), /caf\uFFFD can't be opened.*not valid UTF-8/);
    expectWords(
      await runShell(`${within} && cd "$(printf 'caf\\351')" && : > a.mp4 && ${cli} share a.mp4`),
      /The current folder can't be used.*not valid UTF-8/,
    );
  });

  it("of the home folder is reported, and no other folder is created instead", async () => {
    const ended = await runShell(
      `unset XDG_CONFIG_HOME XDG_DATA_HOME; export HOME="$(printf '${home.folder}/h\\351me')"; mkdir -p "$HOME"; exec '${process.execPath}' '${CLI}' share '${home.folder}/film.mp4' --port 0`,
    );
    expectWords(ended, /can't be kept in .*not valid UTF-8.*Set HOME/);
    expect(ended.code).toBe(9);
    await expect(stat(join(home.folder, "h\uFFFDme"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a clock that is a year off", () => {
  it.each([
    ["ahead of", -1],
    ["behind", 1],
  ])("is reported by share, with how far it is %s the relay's", async (direction, sign) => {
    const url = await startRelayAt(sign * 365 * DAY_MS);
    const ended = await runCli(home, ["share", "film.mp4", "--relay", url, "--ephemeral"]);
    expectWords(
      ended,
      new RegExp(
        `refuses the share: the relay's clock and this computer's.*[Tt]his computer's clock \\(20\\d\\d-.* UTC\\) is 365 d ${direction} the relay's`,
      ),
    );
    expect(ended.code).toBe(10);
  });
});

describe("a proxy that holds back event streams", () => {
  it("is no problem for share and get, which poll the relay instead", async () => {
    const relay = stopLater(startCli(home, ["relay", "--port", "0", "--quiet"], { timeoutMs: GET_TIMEOUT_MS }));
    const [origin] = await relay.until(/http:\/\/127\.0\.0\.1:\d+/);
    const proxy = await startBufferingProxy(origin);
    onTestFinished(() => proxy.close());
    const sharing = stopLater(
      startCli(home, ["share", "film.mp4", "--json", "--relay", proxy.url, "--ephemeral"], { timeoutMs: GET_TIMEOUT_MS }),
    );
    await sharing.until(/"ready".*\n/);
    const folder = await mkdtemp(join(home.folder, "out-"));
    const link = String(jsonLines(sharing.stdout())[0]?.["link"]);
    const got = await runCli(home, ["get", link, "--out", folder, "--json"], { timeoutMs: GET_TIMEOUT_MS });
    expect(got.code).toBe(0);
    expect(await readFile(join(folder, "film.mp4"), "utf8")).toBe("not a film");
    expect(sharing.stdout() + got.stdout).not.toContain('"trouble"');
  });
});

describe("two gets of one file into one folder", () => {
  it("the second is refused at once, even if the first was suspended with Ctrl-Z; a killed one doesn't block the next", async () => {
    const film = join(home.folder, "large.mp4");
    await writeNoise(film, FILM_BYTES);
    const host = await startHost(home, film);
    stopLater(host.running);
    const folder = await mkdtemp(join(home.folder, "out-"));
    const args = ["get", host.link, "--out", folder];
    const first = stopLater(startCli(home, args, { timeoutMs: GET_TIMEOUT_MS }));
    await untilPart(folder, 1);
    first.child.kill("SIGSTOP");
    const second = await runCli(home, args, { timeoutMs: GET_TIMEOUT_MS });
    expectWords(second, new RegExp(`Another rangecast (?:.process ${first.child.pid}.) is already downloading this file into this folder`));
    expect(second.code).toBe(22);
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await runCli(home, [...args, "--quiet"], { timeoutMs: GET_TIMEOUT_MS })).toMatchObject({
      code: 0,
      stdout: `${join(folder, "large.mp4")}\n`,
    });
  });
});

/** A relay whose clock is ahead by a number of milliseconds. @returns its URL */
async function startRelayAt(aheadMs: number): Promise<string> {
  const clock = {
    now: () => Date.now() + aheadMs,
    after: (ms: number, call: () => void) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  };
  const relay = createRelay({ store: createMemoryStore(), clock, onTrouble: () => undefined });
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = "GET", url = "/", headers } = incoming;
      const body = method === "POST" ? { body: Buffer.concat(chunks) } : {};
      const type = { "content-type": headers["content-type"] ?? "" };
      const answer = await relay.fetch(new Request(new URL(url, `http://${headers.host}`), { method, headers: type, ...body }), {
        address: "127.0.0.1",
      });
      outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), date: new Date(clock.now()).toUTCString() });
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await relay.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A shell creates arguments and folders that Node can't pass on. */
function runShell(script: string): Promise<Ended> {
  const child = spawn("/bin/sh", ["-c", script], { env: home.env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...text })));
}
