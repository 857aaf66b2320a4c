/* A session goes on over another path when an address changes (X-11 to X-13): real namespaces, real Chromium, a host on our own transport. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { FILM, makeFilm } from "../lib/media.ts";
import { makeNetwork, MIDDLE_ADDRESS, type Network, type Side, whyNoNetwork } from "../lib/network.ts";
import { makeHome, removeHome, startRangecast } from "../lib/rangecast.ts";
import { readInTwoParts, type Recording, recordingOf, recordRestarts } from "../lib/restart-recorder.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

const RELAY_PORT = 7266;
const ORIGIN = `http://${MIDDLE_ADDRESS}:${RELAY_PORT}`;
/** So much of the film is read before the address changes, bytes. The rest is far more than what is read ahead. */
const FIRST_BYTES = 500_000;

/** Some seconds of a download, and the longest that it may take on a busy machine. */
const GET_BYTES = 64 * 1024 * 1024;
const GET_LIMIT_MS = 120_000;

const impossible = whyNoNetwork();

describe.skipIf(impossible !== undefined)(`an address changes${impossible === undefined ? "" : ` (${impossible})`}`, () => {
  let network: Network;
  let browser: Chromium;
  let folder = "";
  let home = "";
  let film = "";
  const running: JsonProcess[] = [];

  beforeAll(async () => {
    home = await makeHome();
    folder = await mkdtemp(join(tmpdir(), "rangecast-restart-"));
    film = await makeFilm("mp4-moov-front", folder);
    network = await makeNetwork();
    const listen = ["--host", "0.0.0.0", "--port", String(RELAY_PORT), "--origin", ORIGIN];
    const relay = startRangecast(["relay", "--json", ...listen], { home, within: network.within("middle") });
    running.push(relay);
    await relay.waitFor(({ event }) => event === "ready");
    browser = await startChromium([`--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`], { within: network.within("viewer") });
    await recordRestarts(browser.context);
  });

  afterAll(async () => {
    await browser?.close();
    for (const process of running.splice(0).toReversed()) await process.stop();
    await network?.remove();
    await removeHome(home);
    await rm(folder, { recursive: true, force: true });
  });

  async function share(transport: "own" | "native", file = film): Promise<{ host: JsonProcess; link: string }> {
    const env = { RANGECAST_TRANSPORT: transport };
    const host = startRangecast(["share", file, "--json", "--relay", ORIGIN], { home, env, within: network.within("host") });
    running.push(host);
    return { host, link: String((await host.waitFor(({ event }) => event === "ready"))["link"]) };
  }

  /** How often a page has opened a session at the relay. */
  function countSessions(page: Page): () => number {
    let sessions = 0;
    page.on("request", (request) => {
      if (request.method() === "POST" && /\/shares\/[\w-]+\/sessions\//u.test(request.url())) sessions += 1;
    });
    return () => sessions;
  }

  async function expectFrame(page: Page, seconds: number): Promise<void> {
    const shown = await seekAndRead(page, seconds);
    expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
  }

  function tell(what: string, { restarts }: Recording, changedMs: number): void {
    if (restarts.length === 0) process.stdout.write(`${what}: no restart was needed\n`);
    for (const { offeredMs, answeredMs = Number.NaN, bytesMs = Number.NaN } of restarts) {
      const before = `offer ${(offeredMs - changedMs).toFixed(0)} ms after the change, answer ${(answeredMs - offeredMs).toFixed(1)} ms later`;
      process.stdout.write(`${what}: ${before}, bytes ${(bytesMs - answeredMs).toFixed(1)} ms after the answer\n`);
    }
  }

  // Chromium's sockets are on no address of their own unless the page may use a camera, so a new address of the viewer needs no restart.
  test.each<[Side, string]>([
    ["host", "after an ICE restart"],
    ["viewer", "with or without an ICE restart"],
  ])("of the %s: film and download go on in the same session, %s, and every byte is right", async (side) => {
    const { host, link } = await share("own");
    const page = await browser.context.newPage();
    try {
      const sessions = countSessions(page);
      await openFilm(page, link);
      const { connections } = await recordingOf(page);
      const reading = await readInTwoParts(page, FIRST_BYTES);
      const changedMs = await page.evaluate(() => performance.now());
      await network.changeAddress(side);
      expect(await reading.rest()).toBe(await sha256Of(film));
      const recording = await recordingOf(page);
      tell(`the ${side}'s address`, recording, changedMs);
      await expectFrame(page, 41);
      await expectFrame(page, 3.2);
      if (side === "host") expect(recording.restarts.length).toBeGreaterThan(0);
      expect([recording.connections, sessions()]).toEqual([connections, 1]);
      expect(host.events.filter(({ event }) => event === "viewer-left")).toEqual([]);
    } finally {
      await page.close();
      await host.stop();
    }
  });

  test.each<Side>(["host", "viewer"])("of the %s: a get goes on in the same session, and every byte is right", async (side) => {
    const data = join(folder, "data.bin");
    const sha256 = await writeNoise(data, GET_BYTES);
    const { host, link } = await share("own", data);
    const got = await mkdtemp(join(folder, "got-"));
    const get = startRangecast(["get", link, "--json", "--sha256", "--out", got], { home, within: network.within("viewer") });
    running.push(get);
    try {
      await get.waitFor(({ event, bytes }) => event === "progress" && Number(bytes) > 0);
      await network.changeAddress(side);
      expect(await get.waitFor(({ event }) => event === "done", GET_LIMIT_MS)).toMatchObject({ sha256 });
      expect(get.events.filter(({ event }) => event === "reconnecting")).toEqual([]);
      expect(host.events.filter(({ event }) => event === "viewer-joined").length).toBe(1);
    } finally {
      await get.stop();
      await host.stop();
    }
  });

  test("of a host that can't restart ICE: the film goes on in a new session", async () => {
    const { host, link } = await share("native");
    const page = await browser.context.newPage();
    try {
      const sessions = countSessions(page);
      await openFilm(page, link);
      const reading = await readInTwoParts(page, FIRST_BYTES);
      await network.changeAddress("host");
      expect(await reading.rest()).toBe(await sha256Of(film));
      expect([sessions() > 1, (await recordingOf(page)).restarts]).toEqual([true, []]);
    } finally {
      await page.close();
      await host.stop();
    }
  });
});
