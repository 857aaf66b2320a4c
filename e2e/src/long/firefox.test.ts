/* As ../firefox.test.ts: what else a person does with a link in Firefox. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFilmInFirefox, seekAndReadInFirefox } from "../lib/firefox.ts";
import { describeInFirefox } from "../lib/firefox-scene.ts";
import { FILM } from "../lib/media.ts";
import { startProgram } from "../lib/program.ts";
import { makeHome, removeHome } from "../lib/rangecast.ts";
import { startShare } from "../lib/share.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";
import { lookUntil } from "../lib/wait.ts";

const FILE_BYTES = 24 * 1024 * 1024 + 17;
/** Longest waits for a download, and for a film to continue, milliseconds: they end a hanging test. */
const DOWNLOAD_LIMIT_MS = 60_000;
const RECOVERY_LIMIT_MS = 60_000;

describeInFirefox((scene) => {
  test("downloads the file itself, with the right name and SHA-256", async () => {
    // Firefox itself replaces each "%" with "_".
    const name = "Füße & 影片 (1).bin";
    const file = join(scene.folder, name);
    const sha256 = await writeNoise(file, FILE_BYTES);
    const share = await startShare(file);
    const page = await scene.browser.newPage();
    try {
      await page.goto(share.link);
      await page.locator("button ::-p-text(Download)").click();
      const { signal } = new AbortController();
      // While it is incomplete, Firefox keeps a second file beside it.
      const whole = async (): Promise<string | undefined> => {
        const names = await readdir(scene.browser.downloads);
        return names.length === 1 && names[0]?.endsWith(".part") === false ? names[0] : undefined;
      };
      expect(await lookUntil(whole, { limitMs: DOWNLOAD_LIMIT_MS, signal })).toBe(name);
      expect(await sha256Of(join(scene.browser.downloads, name))).toBe(sha256);
    } finally {
      await page.close();
      await share.stop();
    }
  });

  test("continues the film after its host was killed and restarted", async () => {
    const home = await makeHome();
    const relay = await startProgram(["relay", "--json", "--host", "127.0.0.1", "--port", "0"], { home });
    const host = await startProgram(["share", scene.film, "--json", "--relay", String(relay.ready["url"])], { home });
    const page = await scene.browser.newPage();
    try {
      await openFilmInFirefox(page, String(host.ready["link"]));
      await host.end("SIGKILL");
      await host.start();
      const shown = await page.evaluate(
        (limitMs) =>
          new Promise<boolean>((resolve) => {
            const video = document.querySelector("video");
            setTimeout(() => resolve(false), limitMs);
            video?.addEventListener("seeked", () => resolve(video === document.querySelector("video")), { once: true });
            if (video !== null) video.currentTime = 50;
          }),
        RECOVERY_LIMIT_MS,
      );
      expect(shown).toBe(true);
      const { frameNumber, mediaTime } = await seekAndReadInFirefox(page, 51.2);
      expect(frameNumber).toBe(Math.round(mediaTime * FILM.framesPerSecond));
    } finally {
      await page.close();
      await host.end("SIGINT");
      await relay.end("SIGINT");
      await removeHome(home);
    }
  });
});
