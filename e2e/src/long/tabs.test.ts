import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";
import { expect, test } from "vitest";
import { startFixtureSite } from "../../../packages/web/test/fixture-site.ts";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { startShare } from "../lib/share.ts";
import { writeNoise } from "../lib/test-files.ts";

/** More than the six connections that HTTP/1.1 allows to one host. */
const TABS = 8;
/** Time between opening two tabs, milliseconds. */
const APART_MS = 300;
const FILE_BYTES = 100_000;
/** Longest that Play may stay disabled once a tab is connected, milliseconds: the worker takes under 100 on an idle machine, the rest is the tests' load. */
const ENABLED_WITHIN_MS = 1500;

interface Opened {
  /** Milliseconds from the tab being connected until Play and Download can be pressed. */
  readonly disabledMs: number;
}

/** Opens the link in a new tab, and measures in the tab how long its buttons stay disabled. */
async function openTab(context: BrowserContext, link: string): Promise<Opened> {
  const page = await context.newPage();
  await page.goto(link);
  await page.locator("#download:enabled").waitFor();
  const disabledMs = await page.evaluate(() => window.enabledAtMs - window.connectedAtMs);
  return { disabledMs };
}

declare global {
  interface Window {
    connectedAtMs: number;
    enabledAtMs: number;
  }
}

/** Runs in each tab before the page's own scripts. */
function watchButtons(): void {
  const look = (): void => {
    const download = document.querySelector<HTMLButtonElement>("#download");
    // The page shows the file's facts as soon as it is connected.
    if (download && !download.hidden) window.connectedAtMs ??= performance.now();
    if (download && !download.hidden && !download.disabled) window.enabledAtMs ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

test("eight tabs of one link over HTTP/1.1: each can play and download as soon as it is connected", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-tabs-"));
  const file = join(folder, "film.mp4");
  await writeNoise(file, FILE_BYTES);
  const share = await startShare(file);
  const browser = await startChromium();
  try {
    await browser.context.addInitScript(watchButtons);
    const tabs = Array.from({ length: TABS }, async (_, index) => {
      await sleep(index * APART_MS);
      return openTab(browser.context, share.link);
    });
    for (const { disabledMs } of await Promise.all(tabs)) expect(disabledMs).toBeLessThan(ENABLED_WITHIN_MS);
  } finally {
    await browser.close();
    await share.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("an active worker serves further tabs at once, although the server doesn't answer an update check", async () => {
  const site = await startFixtureSite();
  const browser = await startChromium();
  try {
    await browser.context.addInitScript(watchButtons);
    await openTab(browser.context, site.link());
    site.holdWorker();
    // Chromium checks for an update some time after a tab was opened; register() in the next tabs then waits for that check.
    for (let index = 1; index < TABS; index++) {
      const { disabledMs } = await openTab(browser.context, site.link());
      expect(disabledMs).toBeLessThan(ENABLED_WITHIN_MS);
      await sleep(APART_MS);
    }
  } finally {
    await browser.close();
    await site.close();
  }
});
