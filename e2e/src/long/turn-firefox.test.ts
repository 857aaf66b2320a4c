/* As ../turn.test.ts, in real Firefox. */
import { fileURLToPath } from "node:url";
import { startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNoFirefox } from "../lib/firefox.ts";
import { FILM } from "../lib/media.ts";
import { whyNoNetwork } from "../lib/network.ts";
import { makeTurnScene, type TurnScene } from "../lib/turn-scene.ts";

const FIREFOX_VIEWER = fileURLToPath(new URL("../../dist/programs/firefox-viewer.js", import.meta.url));
/** Longest wait for the frame that was sought, milliseconds. */
const SHOWN_TIMEOUT_MS = 60_000;

/** Why the tests are skipped; part of their name. */
const impossible = whyNoNetwork() ?? whyNoFirefox();

describe.skipIf(impossible !== undefined)(
  `where viewer and host can't reach each other${impossible === undefined ? "" : ` (${impossible})`}`,
  () => {
    let scene: TurnScene;

    beforeAll(async () => {
      scene = await makeTurnScene();
    });

    afterAll(() => scene?.remove());

    test.each([
      ["over TURN", [""]],
      ["over TURN by TCP", ["?transport=tcp"]],
    ])("Firefox also plays and seeks %s", async (_name, transports) => {
      const { host, link, stop } = await scene.share(transports.map((transport) => `${scene.coturn.url}${transport}`));
      const [command = "", ...before] = scene.network.within("viewer");
      const viewer = startJsonProcess(command, [...before, process.execPath, FIREFOX_VIEWER, link, "41"]);
      try {
        const { mediaTime, frameNumber } = await viewer.waitFor(({ event }) => event === "shown", SHOWN_TIMEOUT_MS);
        expect(frameNumber).toBe(Math.round(Number(mediaTime) * FILM.framesPerSecond));
        await host.waitFor((event) => (event.event === "viewer-joined" || event.event === "progress") && event["path"] === "relayed");
      } finally {
        await viewer.stop();
        await stop();
      }
    });
  },
);
