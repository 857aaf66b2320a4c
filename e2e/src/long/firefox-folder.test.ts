/* The page of a shared folder in Firefox: browsed, filtered, looked through, played, and downloaded as a zip. */
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";
import { describeInFirefox } from "../lib/firefox-scene.ts";
import { makePicture, tileColours } from "../lib/pictures.ts";
import { startShare } from "../lib/share.ts";
import { lookUntil } from "../lib/wait.ts";
import { zipfileReport } from "../lib/zip-programs.ts";

/** Longest wait for anything, milliseconds: it ends a hanging test. */
const LIMIT_MS = 60_000;

/** Resolves once these names are listed. */
async function untilListed(page: Page, names: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (expected) => [...document.querySelectorAll(".files-body .entry")].map(({ textContent }) => textContent).join("\0") === expected,
    { timeout: LIMIT_MS },
    names.join("\0"),
  );
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key as "Enter");
}

describeInFirefox((scene) => {
  test("a folder is browsed by keyboard, its pictures and films are shown, and a selection is downloaded as a zip", async () => {
    const folder = join(scene.folder, "Holiday");
    await mkdir(join(folder, "Für Elise"), { recursive: true });
    await mkdir(join(folder, "Album"));
    await makePicture(join(folder, "Album/1.jpg"), "red", { thumbnail: "blue" });
    await makePicture(join(folder, "Album/2.jpg"), "red");
    await makePicture(join(folder, "Album/3.png"), "lime");
    await writeFile(join(folder, "evil.html"), "<script>document.title = 'pwned'</script>");
    await copyFile(scene.film, join(folder, "Für Elise/film.mp4"));
    const share = await startShare(folder);
    const page = await scene.browser.newPage();
    try {
      await page.goto(share.link);
      await untilListed(page, ["Album", "Für Elise", "evil.html"]);
      await press(page, "/");
      await page.keyboard.type("elise");
      await untilListed(page, ["Für Elise"]);
      await press(page, "Enter");
      await untilListed(page, ["film.mp4"]);
      await press(page, "Home", "Enter");
      await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0, { timeout: LIMIT_MS });
      await page.goBack();
      await untilListed(page, ["film.mp4"]);

      await page.evaluate(() => void (location.hash = location.hash.replace(/&path=.*/u, "&path=Album")));
      await untilListed(page, ["1.jpg", "2.jpg", "3.png"]);
      await expect.poll(() => page.evaluate(tileColours), { timeout: LIMIT_MS }).toEqual(["blue", "red", "lime"]);
      await page.locator(".tile .thumbnail").click();
      await page.waitForFunction(() => document.querySelector<HTMLImageElement>("dialog[open] img")?.naturalWidth === 320, {
        timeout: LIMIT_MS,
      });
      await press(page, "ArrowRight", "Escape");
      await page.waitForFunction(() => document.querySelector(".tile.current .entry")?.textContent === "2.jpg", { timeout: LIMIT_MS });

      await page.evaluate(() => void (location.hash = location.hash.replace(/&path=.*/u, "&path=evil.html")));
      await page.waitForFunction(() => document.querySelector("pre.text")?.textContent?.includes("pwned"), { timeout: LIMIT_MS });
      expect(await page.title()).toBe("evil.html – rangecast");

      await page.evaluate(() => void (location.hash = location.hash.replace(/&path=.*/u, "")));
      await untilListed(page, ["Album", "Für Elise", "evil.html"]);
      await press(page, "Home", " ", "End", " ");
      await page.locator("button ::-p-text(Download 2 as zip)").click();
      const whole = async (): Promise<string | undefined> => {
        const names = await readdir(scene.browser.downloads);
        return names.length === 1 && names[0]?.endsWith(".part") === false ? names[0] : undefined;
      };
      const saved = await lookUntil(whole, { limitMs: LIMIT_MS, signal: new AbortController().signal });
      expect(saved).toBe("Holiday.zip");
      expect(await zipfileReport(join(scene.browser.downloads, "Holiday.zip"))).toMatch(/^None 5 /u);
    } finally {
      await page.close();
      await share.stop();
    }
  });
});
