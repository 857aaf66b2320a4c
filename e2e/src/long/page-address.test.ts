/* The page under a path of its origin, and with links that other programs changed. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, makeFilm } from "../lib/media.ts";
import { startPrefixProxy } from "../lib/prefix-proxy.ts";
import { type Relay, startRelay, startShare } from "../lib/share.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

let folder = "";
let film = "";
let relay: Relay;
let browser: Chromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-address-"));
  film = await makeFilm("mp4-moov-front", folder);
  relay = await startRelay(["--verbose"]);
  browser = await startChromium();
});

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close({ runBeforeUnload: false });
});

afterAll(async () => {
  await browser.close();
  await relay.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a page behind a proxy that removes a path prefix plays, seeks and downloads", async () => {
  const proxy = await startPrefixProxy(relay.url, "/cast");
  const share = await startShare(film, ["--relay", relay.url, "--page", proxy.url]);
  try {
    expect(share.link.startsWith(`${proxy.url}/s/`)).toBe(true);
    const page = await browser.context.newPage();
    await openFilm(page, share.link);
    const shown = await seekAndRead(page, 41);
    expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
    const begun = page.waitForEvent("download");
    await page.locator("#download").click();
    const saved = join(folder, "saved.mp4");
    await (await begun).saveAs(saved);
    expect((await readFile(saved)).equals(await readFile(film))).toBe(true);
    expect(proxy.paths.filter((path) => !path.startsWith("/cast/"))).toEqual([]);
    await page.locator("a.brand").click();
    await page.getByRole("heading", { level: 1, name: /share a file/iu }).waitFor();
    expect(page.url()).toBe(`${proxy.url}/`);
  } finally {
    await share.stop();
    await proxy.close();
  }
});

test("a link whose # came as %23 plays; the page warns that the key was sent, and removes it from the path", async () => {
  const share = await startShare(film, ["--relay", relay.url]);
  try {
    const page = await browser.context.newPage();
    await openFilm(page, share.link.replace("#", "%23"));
    await page.getByText(/the key of this link was sent to the server/iu).waitFor();
    expect(page.url()).toBe(share.link);
    const shown = await seekAndRead(page, 20);
    expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
    const secret = share.link.slice(share.link.indexOf("#v1.") + "#v1.".length);
    expect(relay.process.stderr() + JSON.stringify(relay.process.events)).not.toContain(secret);
  } finally {
    await share.stop();
  }
});

test("a link followed by punctuation plays, without a warning about its key", async () => {
  const share = await startShare(film, ["--relay", relay.url]);
  try {
    const page = await browser.context.newPage();
    await openFilm(page, `${share.link}).`);
    expect(await page.locator("#notice").textContent()).not.toMatch(/key/iu);
  } finally {
    await share.stop();
  }
});
