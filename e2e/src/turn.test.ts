/* No direct path: viewer and host each reach the relay and the TURN server, but not each other. Real namespaces, real coturn, real Chromium. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM } from "./lib/media.ts";
import { whyNoNetwork } from "./lib/network.ts";
import { makeTurnScene, TURN_SCENE_ORIGIN, type TurnScene } from "./lib/turn-scene.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

/** Longest wait for the page to report its state, milliseconds: an attempt without a path takes half a minute. */
const STATUS_TIMEOUT_MS = 60_000;

/** Why the tests are skipped; part of their name. */
const impossible = whyNoNetwork();

describe.skipIf(impossible !== undefined)(
  `where viewer and host can't reach each other${impossible === undefined ? "" : ` (${impossible})`}`,
  () => {
    let scene: TurnScene;
    let browser: Chromium;

    beforeAll(async () => {
      scene = await makeTurnScene();
      // Plain http, treated as secure: the page needs a secure context, and a test can't have a trusted certificate.
      const flags = [`--unsafely-treat-insecure-origin-as-secure=${TURN_SCENE_ORIGIN}`];
      browser = await startChromium(flags, { within: scene.network.within("viewer") });
    });

    afterAll(async () => {
      await browser?.close();
      await scene?.remove();
    });

    async function expectFilm(page: Page, link: string): Promise<void> {
      await openFilm(page, link);
      for (const seconds of [41, 3.2]) {
        const shown = await seekAndRead(page, seconds);
        expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
      }
    }

    test.each([
      ["the link plays and seeks over TURN; page and terminal show that it is relayed", ["", "?transport=tcp"]],
      ["the same over TURN by TCP, which the browser alone can use", ["?transport=tcp"]],
    ])("%s", async (_name, transports) => {
      const { host, link, stop } = await scene.share(transports.map((transport) => `${scene.coturn.url}${transport}`));
      const page = await browser.context.newPage();
      try {
        await expectFilm(page, link);
        await page.getByText("Connected through a relay").waitFor({ timeout: STATUS_TIMEOUT_MS });
        await host.waitFor((event) => (event.event === "viewer-joined" || event.event === "progress") && event["path"] === "relayed");
      } finally {
        await page.close();
        await stop();
      }
    });

    test("if the TURN server refuses the relay's credentials, the page says that there is no path", async () => {
      const { link, stop } = await scene.share([scene.coturn.url], "a secret of another server");
      const page = await browser.context.newPage();
      try {
        await page.goto(link);
        await page.getByText("Can't connect to the sender").waitFor({ timeout: STATUS_TIMEOUT_MS });
        await page.getByText("could not be reached or refused both of you").waitFor();
      } finally {
        await page.close();
        await stop();
      }
    });
  },
);
