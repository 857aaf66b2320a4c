/* The local servers with players: mpv, players that seek and close, and slow ones; a file that changes; and the name in a network of its own. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { processesWith } from "@rangecast/testkit/processes/process-tree";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createHome, runCli } from "../cli-process.ts";
import { makeFilm } from "../lib/media.ts";
import { makeNetwork, type Network, whyNoNetwork } from "../lib/network.ts";
import { curl, SILENT_MPV, whyNo } from "../lib/player-tools.ts";
import { makeHome, removeHome, startRangecast } from "../lib/rangecast.ts";
import { type Opened, type Share, startOpen, startShare } from "../lib/share.ts";
import { writeNoise } from "../lib/test-files.ts";
import { lookUntil } from "../lib/wait.ts";

const LOOPBACK_LAN = ["--lan", "--lan-host", "127.0.0.1", "--lan-port", "0"];
const LARGE_BYTES = 400_000_000;
/** More than the sockets of player, server and both ends of the connection hold together, and much less than the file. */
const BUFFERED_BYTES = 60_000_000;
const SEEKS = 20;
/** How long a slow player reads nothing, milliseconds. */
const PAUSE_MS = 5000;
const LIMIT_MS = 60_000;
const ASK_MDNS = fileURLToPath(new URL("../programs/ask-mdns.mjs", import.meta.url));

const noMpv = whyNo("mpv");
const noNetwork = whyNoNetwork() ?? whyNo("curl");
const run = promisify(execFile);
const signal = new AbortController().signal;

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "rangecast-players-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(noMpv !== undefined)(`mpv${noMpv === undefined ? "" : ` (${noMpv})`}`, () => {
  let share: Share;
  beforeAll(async () => void (share = await startShare(await makeFilm("mp4-moov-end", folder), LOOPBACK_LAN)));
  afterAll(() => share.stop());

  test("plays a part of the film at the address of share --lan", async () => {
    await run("mpv", [...SILENT_MPV, "--start=50", "--length=2", String(share.ready["lan"])], { timeout: LIMIT_MS });
  });

  test("plays as the player of open, whose command ends with it", async () => {
    const { process: child } = await startOpen(share.link, ["--player", ["mpv", ...SILENT_MPV, "--start=50", "--length=2"].join(" ")]);
    expect(await child.exited).toBe(0);
    expect(child.events.at(-1)).toEqual({ event: "player-ended", code: 0 });
  });

  test("plays the playlist of a folder, one film after the other, and the film that a link leads to", async () => {
    const season = join(folder, "Season 1");
    await mkdir(season, { recursive: true });
    const clip = await makeFilm("mp4-moov-front", season);
    await copyFile(clip, join(season, "part 2.mp4"));
    const shared = await startShare(season, LOOPBACK_LAN);
    onTestFinished(() => shared.stop().then(() => undefined));
    const played = join(folder, "played.txt");
    const note = ["mpv", ...SILENT_MPV, "--length=1", `--log-file=${played}`].join(" ");
    expect(await (await startOpen(shared.link, ["--player", note])).process.exited).toBe(0);
    const log = await readFile(played, "utf8");
    expect(["moov-front.mp4", "part%202.mp4"].every((name) => log.includes(name))).toBe(true);
    const opened = await startOpen(`${shared.link}&path=part%202.mp4`);
    onTestFinished(() => opened.stop().then(() => undefined));
    expect(opened.url.endsWith("/part%202.mp4")).toBe(true);
    const lan = String(shared.ready["lan"]);
    expect(String(await curl(lan))).toContain('href="part%202.mp4"');
    for (const url of [opened.url, `${lan}part%202.mp4`]) expect((await curl(url)).equals(await readFile(clip))).toBe(true);
  });

  test("ends when open is stopped", async () => {
    const opened = await startOpen(share.link, ["--player", ["mpv", ...SILENT_MPV, "--loop-file=inf"].join(" ")]);
    const players = (): Promise<number[]> => processesWith(opened.url);
    expect(await lookUntil(async () => ((await players()).length > 0 ? true : undefined), { limitMs: LIMIT_MS, signal })).toBe(true);
    expect(await opened.stop()).toBe(130);
    expect(await players()).toEqual([]);
  });

  test.each([
    ["that is missing", "no-such-player", /There is no program no-such-player/],
    ["that fails", "mpv --no-such-option", /ended with exit code/],
  ])("a player %s ends open with exit code 24", async (_what, player, message) => {
    const { process: child } = await startOpen(share.link, ["--player", player]);
    expect(await child.exited).toBe(24);
    expect(child.events.at(-1)).toMatchObject({ event: "error", reason: "player-failed", message: expect.stringMatching(message) });
  });
});

describe("a player of a large file", () => {
  let path = "";
  let share: Share;
  let opened: Opened;
  beforeAll(async () => {
    path = join(folder, "large.bin");
    await writeNoise(path, LARGE_BYTES);
    share = await startShare(path, LOOPBACK_LAN);
    opened = await startOpen(share.link);
  });
  afterAll(async () => {
    await opened.stop();
    await share.stop();
  });

  /** Bytes that the host has sent. */
  const sentBytes = (): number => Number(share.process.events.findLast(({ event }) => event === "progress")?.["bytes"] ?? 0);

  async function ask(url: string, start: number): Promise<Socket> {
    const { port, pathname } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=${start}-\r\n\r\n`);
    await once(socket, "readable");
    return socket;
  }

  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  test("that reads nothing keeps the host from sending, and its bytes follow when it reads on", async () => {
    const socket = await ask(opened.url, 0);
    await sleep(PAUSE_MS);
    const sent = sentBytes();
    await sleep(PAUSE_MS);
    expect(sentBytes()).toBe(sent);
    expect(sent).toBeLessThan(BUFFERED_BYTES);
    let received = 0;
    for await (const chunk of socket) {
      received += (chunk as Buffer).byteLength;
      if (received > BUFFERED_BYTES * 2) break;
    }
    expect(received).toBeGreaterThan(BUFFERED_BYTES);
  });

  test("that seeks by closing its connections costs the host no more than what was on the way", async () => {
    const before = sentBytes();
    for (let seek = 0; seek < SEEKS; seek++) {
      const socket = await ask(opened.url, Math.floor((seek * LARGE_BYTES) / SEEKS));
      socket.resetAndDestroy();
    }
    await sleep(PAUSE_MS);
    const after = sentBytes();
    await sleep(PAUSE_MS);
    expect(sentBytes()).toBe(after);
    expect(after - before).toBeLessThan(BUFFERED_BYTES);
  });

  test.each(["share --lan", "open"] as const)(
    "at %s gets an error when the file changes, and never bytes of two versions",
    async (command) => {
      const url = command === "open" ? opened.url : String(share.ready["lan"]);
      // After an earlier change the host has another version, which open learns with the next session.
      const isServed = async (): Promise<true | undefined> => {
        const bytes = await fetch(url, { headers: { Range: "bytes=0-9" } })
          .then((response) => response.arrayBuffer())
          .catch(() => undefined);
        return bytes?.byteLength === 10 ? true : undefined;
      };
      expect(await lookUntil(isServed, { limitMs: LIMIT_MS, signal })).toBe(true);
      const socket = await ask(url, 0);
      const head = (socket.read() as Buffer).toString("latin1");
      expect(head).toMatch(/^HTTP\/1\.1 206 /);
      const file = await open(path, "r+");
      await file.write(Buffer.alloc(1000), 0, 1000, LARGE_BYTES - 1000);
      await file.close();
      let received = head.length;
      const tail: Buffer[] = [];
      try {
        for await (const chunk of socket) {
          received += (chunk as Buffer).byteLength;
          tail.splice(0, tail.length - 1);
          tail.push(chunk as Buffer);
        }
      } catch {
        // A reset.
      }
      expect(received).toBeLessThan(LARGE_BYTES);
      if (command === "open") await opened.process.waitFor(({ event }) => event === "changed");
      expect(Buffer.concat(tail).includes(Buffer.alloc(100))).toBe(false);
    },
  );
});

describe.skipIf(noNetwork !== undefined)(`share --lan in a network of its own${noNetwork === undefined ? "" : ` (${noNetwork})`}`, () => {
  const [hostAddress, neighbour] = ["10.77.2.2", "10.77.2.1"];
  let network: Network;
  const homes: string[] = [];
  beforeAll(async () => void (network = await makeNetwork()));
  afterAll(async () => {
    await network.remove();
    for (const home of homes) await removeHome(home);
  });

  async function shareWithin(side: "host" | "middle", options: readonly string[] = []): Promise<ReturnType<typeof startRangecast>> {
    const home = await makeHome();
    homes.push(home);
    const film = await makeFilm("mp4-moov-front", folder, { seconds: 5 });
    const args = ["share", film, "--port", "0", "--lan", "--json", ...options];
    const child = startRangecast(args, { home, within: network.within(side) });
    onTestFinished(async () => void (await child.stop()));
    return child;
  }

  async function askMdns(...options: readonly string[]): Promise<unknown> {
    const [command = "", ...before] = network.within("middle");
    const { stdout } = await run(command, [...before, process.execPath, ASK_MDNS, neighbour, "rangecast.local", ...options], {
      timeout: LIMIT_MS,
    });
    return JSON.parse(stdout);
  }

  test("is found by its neighbour by mDNS, serves it, and withdraws the name at the end", async () => {
    const child = await shareWithin("host");
    const ready = await child.waitFor(({ event }) => event === "ready");
    expect(ready).toMatchObject({
      lan: expect.stringMatching(/^http:\/\/10\.77\.2\.2:7265\/[\w-]{22}\/moov-front\.mp4$/),
      lanName: expect.stringMatching(/^http:\/\/rangecast\.local:7265\/[\w-]{22}\/$/),
      lanOthers: [],
    });
    expect(await askMdns()).toEqual({ data: hostAddress, ttl: 120 });
    expect(await askMdns("legacy")).toEqual({ data: hostAddress, ttl: 10 });
    const [command = "", ...before] = network.within("middle");
    const resolve = ["--resolve", `rangecast.local:7265:${hostAddress}`];
    const { stdout } = await run(command, [...before, "curl", "-sS", ...resolve, "-r", "4-7", `${String(ready["lanName"])}moov-front.mp4`]);
    expect(stdout).toBe("ftyp");
    expect(await child.stop()).toBe(130);
    expect(await askMdns()).toEqual({});
  });

  test("a second computer doesn't take the name, and says so", async () => {
    const first = await shareWithin("host");
    await first.waitFor(({ event }) => event === "ready");
    const second = await shareWithin("middle", ["--lan-host", neighbour]);
    const ready = await second.waitFor(({ event }) => event === "ready");
    expect(ready).not.toHaveProperty("lanName");
    expect(ready["notices"]).toContainEqual(expect.stringMatching(/^The name rangecast\.local could not be announced/));
    expect(await askMdns()).toEqual({ data: hostAddress, ttl: 120 });
  });

  test("on a computer without a network says what is missing", async () => {
    await network.setLink("host", false);
    const [command = "", ...before] = network.within("host");
    // The address remains on an interface that is down, so it is removed as well.
    await run(command, [...before, "ip", "address", "flush", "dev", "up0"]);
    const child = await shareWithin("host");
    expect(await child.exited).toBe(7);
    expect(child.stderr()).toMatch(/no IPv4 address in a local network/);
  });
});

test.skipIf(whyNo("curl") !== undefined)("with --cast, a page of another origin may read it", async () => {
  const share = await startShare(await makeFilm("mp4-moov-front", folder, { seconds: 5 }), [...LOOPBACK_LAN, "--cast"]);
  onTestFinished(async () => void (await share.stop()));
  const head = String(await curl("-I", "-H", "Origin: https://www.gstatic.com", String(share.ready["lan"])));
  expect(head).toMatch(/^access-control-allow-origin: \*\r$/m);
});

test("a port that is in use is refused with its number and what to do", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = (server.address() as { port: number }).port;
  const home = await createHome();
  onTestFinished(async () => {
    server.close();
    await home.remove();
  });
  const args = [
    "share",
    await makeFilm("mp4-moov-front", folder, { seconds: 5 }),
    "--port",
    "0",
    "--lan",
    "--lan-host",
    "127.0.0.1",
    "--lan-port",
    String(port),
  ];
  const { code, stderr } = await runCli(home, args);
  expect([code, stderr]).toEqual([
    6,
    expect.stringMatching(new RegExp(`^rangecast: Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*--lan-port 0.*\\n$`)),
  ]);
});
