/* A host that serves more than its session's file: to the page, and to a client in Node. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connectPlain } from "@rangecast/client";
import { openFile, ResourceError, type ResourceTree, runStream, type SessionEnd } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { createSignalClient } from "@rangecast/signal";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { makeFilm } from "./lib/media.ts";
import { startRelay } from "./lib/share.ts";
import { openFilm } from "./lib/video-probe.ts";
import { fetchInPage } from "./lib/web-page.ts";

const KEY = "a-key-of-the-base-protocol";
const SUBTITLES = `WEBVTT\n\n00:00.000 --> 00:10.000\n${"für 影片 ".repeat(1000)}\n`;

let folder = "";
let film = "";
let relay: Awaited<ReturnType<typeof startRelay>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-resources-"));
  film = await makeFilm("mp4-moov-front", folder);
  for (const path of ["subs/für.vtt", "a list.m3u8"]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), SUBTITLES);
  }
  relay = await startRelay([], { RANGECAST_RELAY_KEYS: KEY });
});

afterAll(async () => {
  await relay.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Serves the film, and what lies beside it. */
async function host(session: string): Promise<{ readonly opened: string[]; readonly ended: Promise<SessionEnd> }> {
  const opened: string[] = [];
  const resources: ResourceTree = {
    root: await openFile(film),
    async open(path) {
      const name = new TextDecoder().decode(path);
      opened.push(name);
      if (name.startsWith("no")) throw new ResourceError("not-found", `${name} is not there`);
      return openFile(join(folder, name));
    },
  };
  const signals = createSignalClient({ base: relay.url, sessionId: session, key: KEY, side: "agent" });
  const stop = new AbortController();
  const ended = runStream({ sessionId: session, resources, signals, signal: stop.signal });
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return { opened, ended };
}

test("the page serves other resources of the host by URLs relative to the film's, while the film plays", async () => {
  const { opened } = await host("page");
  const chromium: Chromium = await startChromium();
  onTestFinished(() => chromium.close());
  const page = await chromium.context.newPage();
  await openFilm(page, `${relay.url}/plain/page#key=${KEY}`);
  const src = await page.locator("video").evaluate((video: HTMLVideoElement) => video.src);
  expect(new URL(src).pathname).toMatch(/^\/_rangecast\/[\w-]+\/plain\/0@1\/moov-front\.mp4$/u);
  const fetched = (path: string, headers: Record<string, string> = {}) => fetchInPage(page, new URL(path, src).href, { headers });

  const whole = await fetched("subs/für.vtt");
  expect(whole.status).toBe(200);
  expect(whole.body.toString()).toBe(SUBTITLES);
  const part = await fetched("subs/f%C3%BCr.vtt", { range: "bytes=100-199" });
  expect(part.status).toBe(206);
  expect(part.headers["content-range"]).toBe(`bytes 100-199/${Buffer.byteLength(SUBTITLES)}`);
  expect(part.body).toEqual(Buffer.from(SUBTITLES).subarray(100, 200));
  expect((await fetched("a list.m3u8")).body.toString()).toBe(SUBTITLES);
  for (const path of ["nothing.vtt", "subs/", "subs%2Ff%C3%BCr.vtt"]) expect((await fetched(path)).status, path).toBe(404);
  // What leads out of the tree is another URL, or never reaches the host.
  expect((await fetched("../../x")).status).toBe(404);
  expect(opened).toEqual(["subs/für.vtt", "a list.m3u8", "nothing.vtt"]);
  const before = await page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime);
  await page.waitForFunction((time) => (document.querySelector("video")?.currentTime ?? 0) > time + 1, before);
});

test("a client in Node reads another resource beside the film, and the session ends with both closed", async () => {
  const { ended } = await host("node");
  const file = await connectPlain({ base: relay.url, sessionId: "node", key: KEY, createPeerConnection });
  const subtitles = await file.open("subs/für.vtt");
  const [text, head] = await Promise.all([subtitles.read({}), file.read({ end: 100 })]);
  expect(new TextDecoder().decode(text)).toBe(SUBTITLES);
  expect(head).toHaveLength(100);
  await expect(file.open("nothing")).rejects.toMatchObject({ reason: "file-gone" });
  subtitles.close();
  await expect(subtitles.read({})).rejects.toMatchObject({ reason: "closed" });
  await file.close();
  expect((await ended).reason).toMatch(/bye|channel-closed/u);
});
