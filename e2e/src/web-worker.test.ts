/* The service worker in real Chromium, with the page's own code and a host in memory. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FixtureSite, startFixtureSite } from "../../packages/web/test/fixture-site.ts";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { fakeBytes, fetchInPage, fileUrl, hostStreams, openReady, waitUntilReady } from "./lib/web-page.ts";

const SIZE = 3_000_000;
/** Longest time until readers notice that a tab was closed, milliseconds: the Web Lock takes about 100. It ends a hanging test. */
const GONE_TIMEOUT_MS = 10_000;

/** A file of which the page reads nothing by itself; of a film it would read the headers. */
const SONG = { name: "song.mp3", type: "audio/mpeg" } as const;

let site: FixtureSite;
let browser: Chromium;

beforeAll(async () => {
  site = await startFixtureSite();
  browser = await startChromium();
});

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close({ runBeforeUnload: false });
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

const open = (query: Record<string, string> = {}): Promise<Page> => openReady(browser.context, site, query);

describe("ranges", () => {
  test("every form that browsers send gets the right bytes", async () => {
    const page = await open();
    const url = await fileUrl(page);
    const forms: [string, number, number][] = [
      ["bytes=0-1", 0, 2],
      ["bytes=100-70000", 100, 70_001],
      ["bytes=0-", 0, SIZE],
      ["bytes=2900000-", 2_900_000, SIZE],
      ["bytes=-5", SIZE - 5, SIZE],
      ["bytes=2999990-9999999", 2_999_990, SIZE],
    ];
    for (const [range, start, end] of forms) {
      const { status, headers, body } = await fetchInPage(page, url, { headers: { range } });
      expect(status, range).toBe(206);
      expect(headers, range).toMatchObject({ "content-range": `bytes ${start}-${end - 1}/${SIZE}`, "content-length": String(end - start) });
      expect(body.equals(fakeBytes(start, end)), range).toBe(true);
    }
  });

  test.each(["bytes=0-1,5-6", "bytes=5-3", "bytes=abc", "items=0-1"])("%s is ignored: 200 with the whole file", async (range) => {
    const page = await open({ size: "1000" });
    const { status, headers, body } = await fetchInPage(page, await fileUrl(page), { headers: { range } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-length": "1000", "accept-ranges": "bytes" });
    expect(body.equals(fakeBytes(0, 1000))).toBe(true);
  });

  test("one past the end is 416 with the size, without a request to the host", async () => {
    const page = await open(SONG);
    const url = await fileUrl(page, SONG.name);
    for (const range of ["bytes=3000000-", "bytes=-0"]) {
      const { status, headers, body } = await fetchInPage(page, url, { headers: { range } });
      expect(status).toBe(416);
      expect(headers["content-range"]).toBe(`bytes */${SIZE}`);
      expect(body).toHaveLength(0);
    }
    expect(await hostStreams(page)).toEqual([]);
  });

  test("If-Range: the current version gets the range, another version the whole file", async () => {
    const page = await open({ size: "1000" });
    const url = await fileUrl(page);
    const ask = async (tag: string) => (await fetchInPage(page, url, { headers: { range: "bytes=0-1", "if-range": tag } })).status;
    expect(await ask('"v1"')).toBe(206);
    expect(await ask('"v0"')).toBe(200);
  });
});

test("HEAD gives size and type, without a request to the host", async () => {
  const page = await open(SONG);
  const { status, headers, body } = await fetchInPage(page, await fileUrl(page, SONG.name), { method: "HEAD" });
  expect(status).toBe(200);
  expect(headers).toMatchObject({ "content-length": String(SIZE), "content-type": SONG.type, etag: '"v1"' });
  expect(body).toHaveLength(0);
  expect(await hostStreams(page)).toEqual([]);
});

test("every response has the headers that contain a hostile file", async () => {
  const page = await open();
  const url = await fileUrl(page);
  for (const [path, init] of [
    [url, {}],
    [url, { headers: { range: "bytes=3000000-" } }],
    [url.replace("0@1", "0@9"), {}],
    ["/_rangecast/nobody/0@1/x", {}],
  ] as const) {
    const { headers } = await fetchInPage(page, path, init);
    expect(headers).toMatchObject({
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-store",
    });
  }
});

test("a reader that stops cancels the host's stream, which has sent little more than was read", async () => {
  const page = await open({ ...SONG, size: "1000000000" });
  await page.evaluate(
    async (address) => {
      const abort = new AbortController();
      const response = await fetch(address, { signal: abort.signal });
      await response.body?.getReader().read();
      abort.abort();
    },
    await fileUrl(page, SONG.name),
  );
  await expect.poll(async () => (await hostStreams(page)).map(({ state }) => state)).toEqual(["cancelled"]);
  const [stream] = await hostStreams(page);
  expect(stream?.sent).toBeLessThan(8_000_000);
});

describe("missing bytes are never reported as the end", () => {
  test.each([
    ["the host can't read further", (page: Page) => page.evaluate(() => window.fixture.remotes[0]?.failAt(500_000, "unreadable"))],
    ["the stream just ends", (page: Page) => page.evaluate(() => window.fixture.remotes[0]?.stopAt(500_000))],
  ])("%s: the fetch rejects, and a download fails", async (_name, spoil) => {
    const page = await open();
    await spoil(page);
    await expect(fetchInPage(page, await fileUrl(page))).rejects.toThrow(/network error|Failed to fetch/u);
    const begun = page.waitForEvent("download");
    await page.locator("#download").click();
    expect(await (await begun).failure()).not.toBeNull();
    await expect.poll(() => page.locator("#downloads").textContent()).toContain("Download failed");
    expect(await page.locator("#notice").textContent()).toContain("couldn't read the file");
  });

  test("if the tab with the connection is closed, a reader in another tab fails soon", async () => {
    const owner = await open({ size: "1000000000", chunkMs: "5" });
    const url = await fileUrl(owner);
    const reader = await open();
    const reading = reader.evaluate(async (address) => {
      const response = await fetch(address);
      document.title = "reading";
      await response.arrayBuffer();
    }, url);
    const failed = expect(reading).rejects.toThrow(/network error|Failed to fetch/u);
    await reader.waitForFunction(() => document.title === "reading");
    await owner.close();
    await Promise.race([failed, new Promise((_resolve, reject) => setTimeout(() => reject(new Error("still hanging")), GONE_TIMEOUT_MS))]);
  });
});

describe("a download", () => {
  test("has the right name and bytes, and its progress is shown", async () => {
    const page = await open({ size: "20000000", name: "naïve 🎉 (1).bin", type: "application/octet-stream" });
    const begun = page.waitForEvent("download");
    await page.locator("#download").click();
    const download = await begun;
    expect(download.suggestedFilename()).toBe("naïve 🎉 (1).bin");
    const saved = await readFile(await download.path());
    const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    expect(sha256(saved)).toBe(sha256(fakeBytes(0, 20_000_000)));
    await expect.poll(() => page.locator("#downloads").textContent()).toContain("Downloaded");
    expect(page.url()).toContain("/s/");
  });

  test("continues at the same byte after a lost connection", async () => {
    const page = await open({ size: "3000000", chunkMs: "2" });
    const begun = page.waitForEvent("download");
    await page.locator("#download").click();
    const download = await begun;
    await page.waitForFunction(() => window.fixture.sent() > 200_000);
    await page.evaluate(() => {
      window.fixture.options = { ...window.fixture.options, chunkMs: 0 };
      window.fixture.remotes[0]?.disconnect("closed");
    });
    const saved = await readFile(await download.path());
    expect(saved.equals(fakeBytes(0, SIZE))).toBe(true);
    expect(await page.evaluate(() => window.fixture.remotes.length)).toBe(2);
  });

  test("fails, without mixing versions, if the next connection has another version", async () => {
    const page = await open({ size: "3000000", chunkMs: "2" });
    const begun = page.waitForEvent("download");
    await page.locator("#download").click();
    const download = await begun;
    await page.waitForFunction(() => window.fixture.sent() > 200_000);
    await page.evaluate(() => {
      window.fixture.options = { ...window.fixture.options, etag: "v2", seed: 1 };
      window.fixture.remotes[0]?.disconnect("closed");
    });
    expect(await download.failure()).not.toBeNull();
    expect(await page.locator("#notice").textContent()).toContain("new version");
  });
});

describe("a hostile file runs no script", () => {
  const script = `<script>fetch("/pwned"); document.title = "pwned"; parent.document.title = "pwned"</script>`;
  const files = {
    "evil.html": ["text/html", `<!doctype html><title>x</title>${script}`],
    "evil.svg": [
      "image/svg+xml",
      `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/pwned')"><script>fetch("/pwned")</script></svg>`,
    ],
    "evil.pdf": ["application/pdf", `<!doctype html>${script}`],
    "evil.mp4": ["video/mp4", `<!doctype html>${script}`],
  } as const;

  test.each(Object.keys(files) as (keyof typeof files)[])("%s, in a frame and in its own tab", async (name) => {
    const [type, text] = files[name];
    site.put("/content", Buffer.from(text));
    const page = await open({ name, type, content: "/content" });
    const url = await fileUrl(page, name);
    await page.evaluate((address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      document.body.append(frame);
    }, url);
    const tab = await browser.context.newPage();
    // If the browser saves the file instead of showing it, the navigation fails.
    await tab.goto(site.origin + url).catch(() => undefined);
    await tab.waitForTimeout(500);
    expect(site.requests).not.toContain("/pwned");
    expect(await page.title()).not.toBe("pwned");
    expect(await tab.title()).not.toBe("pwned");
  });

  test("but it would without the sandbox, so this test can fail", async () => {
    const text = `<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/pwned-without")</script></svg>`;
    site.put("/unsafe.svg", Buffer.from(text));
    const tab = await browser.context.newPage();
    await tab.goto(`${site.origin}/unsafe.svg`);
    await expect.poll(() => site.requests).toContain("/pwned-without");
  });
});

test("two tabs don't mix: each URL gives its own tab's file, from both tabs", async () => {
  const [first, second] = [await open({ seed: "1", size: "5000" }), await open({ seed: "2", size: "5000" })];
  const urls = [await fileUrl(first), await fileUrl(second)] as const;
  expect(urls[0]).not.toBe(urls[1]);
  for (const page of [first, second]) {
    const bodies = await Promise.all(urls.map(async (url) => (await fetchInPage(page, url)).body));
    expect(bodies.map((body, index) => body.equals(fakeBytes(0, 5000, index + 1)))).toEqual([true, true]);
  }
});

test("after a hard reload, which removes the page's service worker, files are served again", async () => {
  const page = await open({ size: "5000" });
  await page.addInitScript(() => {
    Object.assign(window, { controlledAtStart: navigator.serviceWorker.controller !== null });
  });
  const session = await browser.context.newCDPSession(page);
  const reloaded = page.waitForEvent("load");
  await session.send("Page.reload", { ignoreCache: true });
  await reloaded;
  expect(await page.evaluate(() => "controlledAtStart" in window && window.controlledAtStart)).toBe(false);
  await waitUntilReady(page);
  const { body } = await fetchInPage(page, await fileUrl(page));
  expect(body.equals(fakeBytes(0, 5000))).toBe(true);
});

test("a worker that was killed between two requests is restarted, and still serves the file", async () => {
  const page = await open({ size: "5000" });
  const url = await fileUrl(page);
  const session = await browser.context.newCDPSession(page);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  expect((await fetchInPage(page, url)).body.equals(fakeBytes(0, 5000))).toBe(true);
});

describe("a new version of the worker", () => {
  /** A different script to the browser, but the same worker. */
  const renew = (change = (code: string) => code) => site.replaceWorker((code) => `/* ${Math.random()} */${change(code)}`);
  const waiting = (page: Page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting !== null);

  test("waits until no tab has a response open, and takes over then", async () => {
    const busy = await open({ ...SONG, size: "2000000", chunkMs: "120" });
    const url = await fileUrl(busy, SONG.name);
    const reading = fetchInPage(busy, url);
    // What the page had been sent when the new worker took over.
    await busy.evaluate(() => {
      const { dataset } = document.documentElement;
      navigator.serviceWorker.addEventListener("controllerchange", () => (dataset["takenOverAt"] = String(window.fixture.sent())));
    });
    await busy.waitForFunction(() => window.fixture.sent() > 0);
    await renew();
    const second = await open({ size: "5000" });
    // A browser checks for a newer worker about a second after a page was opened.
    await expect.poll(() => waiting(second), { timeout: 10_000 }).toBe(true);
    expect((await reading).body.equals(fakeBytes(0, 2_000_000))).toBe(true);
    // Not with waitForFunction, which waits for animation frames: this tab is in the background, and has none. Tabs check again every 15 s.
    await expect
      .poll(() => busy.evaluate(() => document.documentElement.dataset["takenOverAt"]), { timeout: 60_000, interval: 250 })
      .toBe("2000000");
    expect((await fetchInPage(busy, url)).status).toBe(200);
  });

  test("with another version of the messages makes older pages ask to be reloaded", async () => {
    const page = await open({ size: "5000" });
    await renew((code) => {
      const changed = code.replace(/messagesVersion:\d+/u, "messagesVersion:999");
      expect(changed).not.toBe(code);
      return changed;
    });
    // With no response open it takes over by itself.
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await page.getByText("This page was updated").waitFor();
  });
});
