/* What a person sees and does on the page, in real Chromium, with a host in memory. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FixtureSite, startFixtureSite } from "../../packages/web/test/fixture-site.ts";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { makeFilm } from "./lib/media.ts";
import { hostStreams, openReady, waitUntilReady } from "./lib/web-page.ts";

/** A name that resolves to this machine without being localhost: so browsers don't treat it as secure. */
const INSECURE_HOST = "insecure.test";
/** Smallest side of a touch target, CSS pixels (WCAG 2.5.5). */
const TARGET_PX = 44;

/** How long reading a film's headers from a host in memory may take, milliseconds. */
const HEADERS_READ_MS = 500;
/** Most bytes of the test film that are read before it is played: its index has 40 kB, and reads are larger than necessary. */
const MAX_HEADER_BYTES = 600_000;

let site: FixtureSite;
let browser: Chromium;
let film = "";

beforeAll(async () => {
  site = await startFixtureSite();
  browser = await startChromium([`--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`]);
  const folder = await mkdtemp(join(tmpdir(), "rangecast-web-"));
  film = await makeFilm("mp4-moov-front", folder);
  site.put("/film.mp4", await readFile(film));
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close({ runBeforeUnload: false });
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

const open = (query: Record<string, string> = {}): Promise<Page> => openReady(browser.context, site, query);

async function visit(url: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(url);
  return page;
}

describe("before there is a file, the page shows its state and what to do", () => {
  test("at the root: what rangecast is, and how to share", async () => {
    const page = await visit(site.origin);
    await page.getByRole("heading", { level: 1, name: /share a file/iu }).waitFor();
    expect(await page.locator(".command").textContent()).toContain("rangecast share");
  });

  test("a link without its fragment", async () => {
    const page = await visit(site.link().replace(/#.*/u, ""));
    await page.getByRole("heading", { name: "This link is incomplete" }).waitFor();
    await page.getByText(/copy the whole link/iu).waitFor();
  });

  test("a link that was cut off", async () => {
    const page = await visit(site.link().slice(0, -5));
    await page.getByRole("heading", { name: "This link is damaged" }).waitFor();
  });

  test("an address that is not secure", async () => {
    const page = await visit(site.link().replace("127.0.0.1", INSECURE_HOST));
    await page.getByRole("heading", { name: "This address is not secure" }).waitFor();
    await page
      .getByText(/https:\/\//u)
      .first()
      .waitFor();
  });

  test("a browser without WebRTC", async () => {
    const page = await browser.context.newPage();
    await page.addInitScript(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
    await page.goto(site.link());
    await page.getByRole("heading", { name: "This browser can't connect directly" }).waitFor();
  });

  test("when connecting takes long: causes and what to do", async () => {
    const page = await visit(site.link({ refusal: "hang" }));
    await page.getByText("Connecting to the sender…").waitFor();
    await page.getByText("Still connecting…").waitFor();
    await page.getByText(/VPN or strict firewall/u).waitFor();
  });

  test("when the host is offline: says so, and Try now connects once it is back", async () => {
    const page = await visit(site.link({ refusal: "host-offline" }));
    await page.getByRole("heading", { name: "The sender is offline" }).waitFor();
    await page.getByRole("button", { name: "Try now" }).waitFor();
    // In one task: the page also tries again by itself, and then the button is gone.
    await page.evaluate(() => {
      window.fixture.refusal = undefined;
      document.querySelector<HTMLButtonElement>("#retry")!.click();
    });
    await page.getByText("Connected directly").waitFor();
  });

  test.each([
    ["not-found", "Nothing is shared under this link"],
    ["wrong-host", "This is not the sender's computer"],
    ["host-revoked", "The sender withdrew this link"],
  ])("%s", async (refusal, words) => {
    const page = await visit(site.link({ refusal }));
    await page.getByRole("heading", { name: words }).waitFor();
    expect(await page.locator("#download").isVisible()).toBe(false);
  });
});

describe("a film", () => {
  test("plays with the keyboard only, and seeks to a position that was not read yet", async () => {
    const page = await open({ content: "/film.mp4" });
    for (let presses = 0; presses < 5; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.id === "poster")) break;
    }
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("VIDEO");
    await page.evaluate(() => {
      const video = document.querySelector("video");
      if (video) video.currentTime = 50;
    });
    await page.waitForFunction(() => {
      const video = document.querySelector("video");
      return video !== null && !video.seeking && video.currentTime >= 50 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    });
    expect(await page.title()).toBe("film.mp4 – rangecast");
  });

  test("continues after a lost connection", async () => {
    const page = await open({ content: "/film.mp4", chunkMs: "5" });
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
    await page.evaluate(() => {
      window.fixture.refusal = "host-offline";
      window.fixture.remotes[0]?.disconnect("closed");
    });
    await page.getByText(/Connection lost|The sender is offline/u).waitFor();
    await page.evaluate(() => {
      window.fixture.refusal = undefined;
      const video = document.querySelector("video");
      if (video) video.currentTime = 55;
    });
    await page.waitForFunction(() => {
      const video = document.querySelector("video");
      return video !== null && !video.error && video.currentTime > 55;
    });
  });

  test("is not read before Play is pressed, except for its headers", async () => {
    const page = await open({ content: "/film.mp4" });
    await expect.poll(() => page.evaluate(() => window.fixture.sent())).toBeGreaterThan(0);
    await page.waitForTimeout(HEADERS_READ_MS);
    expect(await page.evaluate(() => window.fixture.sent())).toBeLessThan(MAX_HEADER_BYTES);
    expect((await hostStreams(page)).filter(({ state }) => state !== "done")).toEqual([]);
  });

  test("without headers is not read further to find them", async () => {
    const page = await open({ size: "1000000000" });
    await expect.poll(() => page.evaluate(() => window.fixture.sent())).toBeGreaterThan(0);
    await page.waitForTimeout(HEADERS_READ_MS);
    expect(await page.evaluate(() => window.fixture.sent())).toBeLessThan(MAX_HEADER_BYTES);
  });

  test("that the browser can't play: the page says so, and offers the download first", async () => {
    const page = await open({ size: "100000" });
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("heading", { name: "This browser can't play this file" }).waitFor();
    expect(await page.locator("#download").getAttribute("class")).toContain("primary");
  });

  test("stops its ranges at the host when the tab navigates away", async () => {
    const page = await open({ content: "/film.mp4", chunkMs: "20" });
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => window.fixture.sent() > 0);
    await page.evaluate(() => {
      const video = document.querySelector("video");
      video?.removeAttribute("src");
      video?.load();
    });
    await expect.poll(async () => (await hostStreams(page)).filter(({ state }) => state === "open")).toEqual([]);
  });
});

describe("other files", () => {
  test("a picture is shown at once, an SVG with its own style", async () => {
    const style = "<style>rect { fill: rgb(255, 0, 0) }</style>";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">${style}<rect width="40" height="30"/></svg>`;
    site.put("/picture", Buffer.from(svg));
    const page = await open({ name: "a.svg", type: "image/svg+xml", content: "/picture" });
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>("#player img")?.naturalWidth === 40);
    const pixel = await page.evaluate(() => {
      const context = document.createElement("canvas").getContext("2d");
      const image = document.querySelector<HTMLImageElement>("#player img");
      if (image) context?.drawImage(image, 0, 0);
      return [...(context?.getImageData(5, 5, 1, 1).data ?? [])];
    });
    expect(pixel).toEqual([255, 0, 0, 255]);
  });

  test("a file of an unknown type can only be downloaded", async () => {
    const page = await open({ name: "a.zip", type: "application/zip", size: "1000" });
    const buttons = await page.getByRole("button").allTextContents();
    expect(buttons.map((text) => text.trim())).toEqual(["Download"]);
  });
});

describe("names from the host are text", () => {
  test("a name that contains markup is shown literally, and creates no element", async () => {
    const name = `<img src=x onerror="fetch('/pwned')">.mp4`;
    const page = await open({ name });
    expect(await page.locator("#heading").textContent()).toBe(name);
    expect(await page.title()).toBe(`${name} – rangecast`);
    expect(await page.locator("#heading img").count()).toBe(0);
    expect(site.requests).not.toContain("/pwned");
  });

  test("a name with bidirectional controls is shown without them", async () => {
    const page = await open({ name: "annexe\u202Egpj.exe", type: "application/octet-stream" });
    expect(await page.locator("#heading").textContent()).toBe("annexegpj.exe");
  });
});

test("the secret stays in the fragment: it is in no request and no storage, and survives a reload", async () => {
  const page = await browser.context.newPage();
  const seen: string[] = [];
  page.on("request", (request) => seen.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`));
  await page.goto(site.link({ size: "1000" }));
  await waitUntilReady(page);
  const secret = new URL(page.url()).hash.slice("#v1.".length);
  const stored = await page.evaluate(async () => {
    const caches_ = await caches.keys();
    const databases = await indexedDB.databases();
    const kept = [localStorage, sessionStorage].flatMap((storage) => Object.entries(storage));
    return JSON.stringify([kept, document.cookie, caches_, databases]);
  });
  expect(secret.length).toBeGreaterThan(40);
  expect(stored).not.toContain(secret);
  expect(seen.length).toBeGreaterThan(2);
  // Playwright's URL of the navigation includes the fragment; the request doesn't.
  expect(seen.filter((request) => request.replace(page.url(), "").includes(secret))).toEqual([]);
  await page.reload();
  await waitUntilReady(page);
});

test("everything is loaded from the page's own origin, and nothing violates its Content-Security-Policy", async () => {
  const page = await browser.context.newPage();
  const origins = new Set<string>();
  const complaints: string[] = [];
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(site.link({ content: "/film.mp4" }));
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
  expect([...origins]).toEqual([site.origin]);
  expect(complaints).toEqual([]);
});

test.each([
  ["phone", { width: 390, height: 844 }],
  ["small phone", { width: 320, height: 568 }],
  ["desktop", { width: 1280, height: 800 }],
])("on a %s nothing overflows, and all touch targets are large enough", async (_name, viewport) => {
  const page = await open({ name: `${"Very.Long.Name.".repeat(12)}mp4` });
  await page.setViewportSize(viewport);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
  for (const target of await page.locator("button:visible, a:visible").all()) {
    const box = await target.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(TARGET_PX);
    expect(box?.width).toBeGreaterThanOrEqual(TARGET_PX);
  }
});

test("closing the tab asks for confirmation only while a download runs", async () => {
  const page = await open({ size: "100000000", chunkMs: "20" });
  const prevented = () => page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));
  expect(await prevented()).toBe(false);
  const begun = page.waitForEvent("download");
  await page.locator("#download").click();
  const download = await begun;
  await expect.poll(prevented).toBe(true);
  await download.cancel();
  await page.getByText("Download cancelled").waitFor();
  expect(await prevented()).toBe(false);
});
