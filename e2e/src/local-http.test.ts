/* `rangecast share --lan` and `rangecast open`: the local servers, with the programs that use them. All on loopback. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import { afterAll, beforeAll, describe, expect, test, onTestFinished } from "vitest";
import { FILM, makeFilm } from "./lib/media.ts";
import { curl, durationOf, whyNo } from "./lib/player-tools.ts";
import { type Opened, type Share, startOpen, startShare } from "./lib/share.ts";
import { seekAndRead } from "./lib/video-probe.ts";

const LOOPBACK_LAN = ["--lan", "--lan-host", "127.0.0.1", "--lan-port", "0"];
/** A name of this machine that browsers don't take for a secure context, unlike a loopback address. */
const PLAIN_NAME = "rangecast.local";
const SEEK_S = 40.2;

const noCurl = whyNo("curl");

let folder = "";
let film = "";
let share: Share;
let opened: Opened;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-local-"));
  film = await makeFilm("mp4-moov-end", folder);
  share = await startShare(film, LOOPBACK_LAN);
  opened = await startOpen(share.link);
});
afterAll(async () => {
  await opened?.stop();
  await share?.stop();
  await rm(folder, { recursive: true, force: true });
});

const addressOf = { "share --lan": (): string => String(share.ready["lan"]), open: (): string => opened.url };

test("the addresses have an IPv4 host, a port, a secret of their own, and the file's name", () => {
  const secretOf = (url: string): string => /^http:\/\/127\.0\.0\.1:\d+\/([\w-]{22})\/moov-end\.mp4$/.exec(url)?.[1] ?? "";
  const secrets = Object.values(addressOf).map((address) => secretOf(address()));
  expect(secrets).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  expect(secrets[0]).not.toBe(secrets[1]);
  for (const secret of secrets) expect(share.link).not.toContain(secret);
});

describe.each(["share --lan", "open"] as const)("%s", (command) => {
  const address = (): string => addressOf[command]();

  test.skipIf(noCurl !== undefined)(`serves ranges and the whole file to curl${noCurl === undefined ? "" : ` (${noCurl})`}`, async () => {
    const bytes = await readFile(film);
    expect((await curl("-r", "1000000-1000999", address())).equals(bytes.subarray(1_000_000, 1_001_000))).toBe(true);
    expect((await curl("-r", "-17", address())).equals(bytes.subarray(-17))).toBe(true);
    expect((await curl(address())).equals(bytes)).toBe(true);
  });

  test("is found by ffprobe to have the film's length", async () => {
    expect(Math.round(await durationOf(address()))).toBe(FILM.seconds);
  });

  test("refuses what is not its own: 404 for other paths and secrets, 405 for other methods, 403 for other hosts", async () => {
    const { origin, pathname, port } = new URL(address());
    const [, secret = ""] = pathname.split("/");
    const wrong = `${secret.startsWith("A") ? "B" : "A"}${secret.slice(1)}`;
    const statusOf = async (path: string, init?: RequestInit): Promise<number> => (await fetch(`${origin}${path}`, init)).status;
    expect(await Promise.all([statusOf("/"), statusOf(`/${wrong}/moov-end.mp4`), statusOf(`/${secret}/other.mp4`)])).toEqual([
      404, 404, 404,
    ]);
    expect(await statusOf(pathname, { method: "POST" })).toBe(405);
    const head = await fetch(address(), { method: "HEAD" });
    expect([head.status, head.headers.get("access-control-allow-origin"), head.headers.get("referrer-policy")]).toEqual([
      200,
      null,
      "no-referrer",
    ]);
    const past = await fetch(address(), { headers: { Range: "bytes=99999999999-" } });
    expect([past.status, past.headers.get("content-range")]).toEqual([416, `bytes */${(await readFile(film)).byteLength}`]);
    if (noCurl === undefined) {
      const refused = await curl("-o", "/dev/null", "-w", "%{http_code}", "-H", `Host: evil.example:${port}`, address());
      expect(String(refused)).toBe("403");
    }
  });
});

test("the page plays and seeks in Chromium without a secure context, and its script-free policy is kept", async () => {
  const browser = await startChromiumBrowser([`--host-resolver-rules=MAP ${PLAIN_NAME} 127.0.0.1`]);
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("console", (message) => (/Content Security Policy/u.test(message.text()) ? errors.push(message.text()) : undefined));
  await page.goto(String(share.ready["lanPage"]).replace("127.0.0.1", PLAIN_NAME));
  expect(await page.evaluate(() => [isSecureContext, "serviceWorker" in navigator, crypto.subtle])).toEqual([false, false, undefined]);
  expect(await page.getByText("not encrypted").count()).toBe(1);
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= HTMLMediaElement.HAVE_METADATA);
  const { mediaTime, frameNumber } = await seekAndRead(page, SEEK_S);
  expect(frameNumber).toBe(Math.round(mediaTime * FILM.framesPerSecond));
  // The file's own address, as a person may type it.
  await page.goto(String(share.ready["lan"]).replace("127.0.0.1", PLAIN_NAME));
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= HTMLMediaElement.HAVE_METADATA);
  expect(errors).toEqual([]);
});

test("Ctrl-C ends each address; the one of an open link waits for its host until then", async () => {
  const lan = addressOf["share --lan"]();
  expect(await share.stop()).toBe(130);
  await expect(fetch(lan)).rejects.toThrow();
  await opened.process.waitFor(({ event }) => event === "reconnecting");
  expect(await opened.stop()).toBe(130);
  await expect(fetch(opened.url)).rejects.toThrow();
  expect(opened.process.events.at(-1)).toEqual({ event: "stopped", reason: "interrupted" });
});
