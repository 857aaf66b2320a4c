/* The page's message when a proxy in front of the relay holds back event streams until they end, and the relay is too old to be polled (L-17). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startBufferingProxy } from "../lib/buffering-proxy.ts";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { startRelay, startShare } from "../lib/share.ts";
import { writeNoise } from "../lib/test-files.ts";

const FILE_BYTES = 100_000;
/** Longest time until the page reports the problem, milliseconds: 3 s until connecting counts as slow, 1 s for the probe, and a loaded machine. */
const TOLD_WITHIN_MS = 15_000;

test("the page names the proxy, and does not blame the network", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-proxied-"));
  const file = join(folder, "file.bin");
  await writeNoise(file, FILE_BYTES);
  const relay = await startRelay();
  const share = await startShare(file, ["--relay", relay.url]);
  const proxy = await startBufferingProxy(relay.url, { hidesFeatures: true });
  const browser = await startChromium();
  try {
    const page = await browser.context.newPage();
    // The host reaches the relay directly; this viewer uses the proxy.
    await page.goto(share.link.replace(relay.url, proxy.url));
    await page.getByText("A proxy delays the server's messages").first().waitFor({ timeout: TOLD_WITHIN_MS });
    const hints = await page.locator("#hints").innerText();
    expect(hints).toContain("rangecast doctor");
    expect(hints).not.toMatch(/VPN|firewall|asleep/u);
    await page.goto("about:blank");
    await page.goto(share.link);
    await page.locator("#download:enabled").waitFor();
    expect(await page.getByText("A proxy delays").count()).toBe(0);
  } finally {
    await browser.close();
    await proxy.close();
    await share.stop();
    await relay.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
