/* What the tests in Firefox have in common: a browser, a film, and a folder that is removed with them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type Firefox, startFirefox, whyNoFirefox } from "./firefox.ts";
import { makeFilm } from "./media.ts";

export interface FirefoxScene {
  folder: string;
  film: string;
  browser: Firefox;
}

/** Registers tests in one Firefox, skipped with the reason where there is none. The scene is filled before the first test. */
export function describeInFirefox(register: (scene: FirefoxScene) => void): void {
  const impossible = whyNoFirefox();
  describe.skipIf(impossible !== undefined)(`real Firefox${impossible === undefined ? "" : ` (${impossible})`}`, () => {
    const scene: Partial<FirefoxScene> = {};
    beforeAll(async () => {
      scene.folder = await mkdtemp(join(tmpdir(), "rangecast-in-firefox-"));
      scene.film = await makeFilm("mp4-moov-front", scene.folder);
      scene.browser = await startFirefox();
    });
    afterAll(async () => {
      await scene.browser?.close();
      if (scene.folder !== undefined) await rm(scene.folder, { recursive: true, force: true });
    });
    register(scene as FirefoxScene);
  });
}
