import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { startShare } from "./lib/share.ts";
import { sha256Of, writeNoise } from "./lib/test-files.ts";

const FILE_BYTES = 32 * 1024 * 1024 + 17;
/** Longest that the download may take, milliseconds: it ends a hanging test. */
const DOWNLOAD_TIMEOUT_MS = 90_000;

test("a file that the browser downloads from the page has the right name and SHA-256", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-download-"));
  const file = join(folder, "Füße & 影片 100%.bin");
  const sha256 = await writeNoise(file, FILE_BYTES);
  const share = await startShare(file);
  const browser = await startChromium();
  try {
    const page = await browser.context.newPage();
    await page.goto(share.link);
    const begun = page.waitForEvent("download", { timeout: DOWNLOAD_TIMEOUT_MS });
    await page.getByRole("button", { name: /download/i }).click();
    const download = await begun;
    expect(download.suggestedFilename()).toBe("Füße & 影片 100%.bin");
    const saved = join(folder, "saved.bin");
    await download.saveAs(saved);
    expect(await download.failure()).toBeNull();
    expect(await sha256Of(saved)).toBe(sha256);
  } finally {
    await browser.close();
    await share.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
