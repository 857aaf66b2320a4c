/* No direct path: viewer and host each reach the relay and the TURN server, but not each other. Real namespaces, real coturn, real Chromium. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { type Coturn, startCoturn } from "./lib/coturn.ts";
import { whyNoFirefox } from "./lib/firefox.ts";
import { FILM, makeFilm } from "./lib/media.ts";
import { makeNetwork, MIDDLE_ADDRESS, type Network, whyNoNetwork } from "./lib/network.ts";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { makeHome, removeHome, startRangecast } from "./lib/rangecast.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

const FIREFOX_VIEWER = fileURLToPath(new URL("../dist/programs/firefox-viewer.js", import.meta.url));
const RELAY_PORT = 7264;
const ORIGIN = `http://${MIDDLE_ADDRESS}:${RELAY_PORT}`;
/** Longest wait for the page to report its state, milliseconds: an attempt without a path takes half a minute. */
const STATUS_TIMEOUT_MS = 60_000;

/** Why the tests are skipped; part of their name. */
const impossible = whyNoNetwork();
const noFirefox = whyNoFirefox();

describe.skipIf(impossible !== undefined)(
  `where viewer and host can't reach each other${impossible === undefined ? "" : ` (${impossible})`}`,
  () => {
    let network: Network;
    let coturn: Coturn;
    let browser: Chromium;
    let folder = "";
    let film = "";
    const running: JsonProcess[] = [];

    beforeAll(async () => {
      folder = await makeHome();
      film = await makeFilm("mp4-moov-front", await mkdtemp(join(tmpdir(), "rangecast-turn-")));
      network = await makeNetwork();
      await network.setDirect(false);
      coturn = await startCoturn(network, folder);
      // Plain http, treated as secure: the page needs a secure context, and a test can't have a trusted certificate.
      browser = await startChromium([`--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`], { within: network.within("viewer") });
    });

    afterAll(async () => {
      await browser?.close();
      for (const process of running.splice(0)) await process.stop();
      await coturn?.stop();
      await network?.remove();
      await removeHome(folder);
      await rm(join(film, ".."), { recursive: true, force: true });
    });

    /** A relay in the middle and a share on the host's side. @returns the share and its link */
    async function share(
      turnUrls: string[],
      secret = coturn.secret,
    ): Promise<{ host: JsonProcess; link: string; stop: () => Promise<void> }> {
      const env = { RANGECAST_TURN_SECRET: secret };
      const listen = ["--host", "0.0.0.0", "--port", String(RELAY_PORT), "--origin", ORIGIN];
      const relay = startRangecast(["relay", "--json", ...listen, ...turnUrls.flatMap((url) => ["--turn", url])], {
        home: folder,
        env,
        within: network.within("middle"),
      });
      running.push(relay);
      await relay.waitFor(({ event }) => event === "ready");
      const host = startRangecast(["share", film, "--json", "--relay", ORIGIN], { home: folder, within: network.within("host") });
      running.push(host);
      const ready = await host.waitFor(({ event }) => event === "ready");
      const stop = async (): Promise<void> => {
        for (const process of running.splice(0).toReversed()) await process.stop();
      };
      return { host, link: String(ready["link"]), stop };
    }

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
      const { host, link, stop } = await share(transports.map((transport) => `${coturn.url}${transport}`));
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

    test.skipIf(noFirefox !== undefined).each([
      ["over TURN", [""]],
      ["over TURN by TCP", ["?transport=tcp"]],
    ])(`Firefox also plays and seeks %s${noFirefox === undefined ? "" : ` (${noFirefox})`}`, async (_name, transports) => {
      const { host, link, stop } = await share(transports.map((transport) => `${coturn.url}${transport}`));
      const [command = "", ...before] = network.within("viewer");
      const viewer = startJsonProcess(command, [...before, process.execPath, FIREFOX_VIEWER, link, "41"]);
      running.push(viewer);
      try {
        const { mediaTime, frameNumber } = await viewer.waitFor(({ event }) => event === "shown", STATUS_TIMEOUT_MS);
        expect(frameNumber).toBe(Math.round(Number(mediaTime) * FILM.framesPerSecond));
        await host.waitFor((event) => (event.event === "viewer-joined" || event.event === "progress") && event["path"] === "relayed");
      } finally {
        await stop();
      }
    });

    test("if the TURN server refuses the relay's credentials, the page says that there is no path", async () => {
      const { link, stop } = await share([coturn.url], "a secret of another server");
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
