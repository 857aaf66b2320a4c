/* An empty file from a real host: the page offers nothing to play or show, and the download is an empty file. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { startShare } from "../lib/share.ts";

let folder = "";
let browser: Chromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-empty-"));
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describe("an empty file", () => {
  test.each(["film.mp4", "song.mp3", "picture.png", "paper.pdf"])("%s is reported as empty, and can be saved", async (name) => {
    const file = join(folder, name);
    await writeFile(file, "");
    const share = await startShare(file);
    const page = await browser.context.newPage();
    try {
      await page.goto(share.link);
      await page.getByText(/this file is empty/iu).waitFor();
      await page.locator("#download:enabled").waitFor();
      expect(await page.getByRole("button", { name: /play|show/iu }).count()).toBe(0);
      expect(await page.locator("#stage").isHidden()).toBe(true);
      const begun = page.waitForEvent("download");
      await page.locator("#download").click();
      const download = await begun;
      expect(download.suggestedFilename()).toBe(name);
      const saved = join(folder, `saved-${name}`);
      await download.saveAs(saved);
      expect((await stat(saved)).size).toBe(0);
    } finally {
      await page.close();
      await share.stop();
    }
  });
});
