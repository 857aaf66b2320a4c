/* A proxy that holds event streams back, in front of the host and in front of its viewers: the relay is polled (L-17). */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHome, type Home, runCli } from "../cli-process.ts";
import { GET_TIMEOUT_MS, type Host, startHost } from "../lib/getting.ts";
import { type RelayProxy, startRelayProxy } from "../lib/relay-proxy.ts";
import { type Relay, startRelay } from "../lib/share.ts";

const FILE_BYTES = 300_000;
const DAEMON_STREAM = "/api/v1/daemon/events";
const LONG_POLL = "?poll=25";
/** With which an event stream begins. */
const RETRY_LINE = "retry: 1500\n\n";
/** Longest until a viewer is connected, milliseconds: 12.5 s until a missing heartbeat is noticed, and a loaded machine. */
const CONNECTED_WITHIN_MS = 20_000;
/** Longest until the event stream is used again, milliseconds: two polls of 25 s, the first of which was held back in part, and a loaded machine. */
const STREAMING_WITHIN_MS = 60_000;
const LOOK_MS = 200;
const TEST_MS = 240_000;

let home: Home;
let film: string;
let content: Buffer;
let relay: Relay;
let chromium: Chromium;

beforeAll(async () => {
  home = await createHome();
  film = join(home.folder, "film.bin");
  content = randomBytes(FILE_BYTES);
  await writeFile(film, content);
  relay = await startRelay();
  chromium = await startChromium();
});
afterAll(async () => {
  await chromium.close();
  await relay.stop();
  await home.remove();
});

describe.each([
  ["start", 0],
  ["middle", RETRY_LINE.length],
])("held back from the %s", (_where, passing) => {
  let hostProxy: RelayProxy;
  let viewerProxy: RelayProxy;
  let host: Host;
  let link: string;
  beforeEach(async () => {
    hostProxy = await startRelayProxy(relay.url);
    viewerProxy = await startRelayProxy(relay.url);
    host = await startHost(home, film, ["--relay", hostProxy.url, "--ephemeral"]);
    // The link names the host's proxy, as page and relay: viewers use their own.
    link = host.link.replaceAll(hostProxy.url, viewerProxy.url);
  });
  afterEach(async () => {
    host.running.child.kill("SIGKILL");
    await hostProxy.close();
    await viewerProxy.close();
  });

  async function download(): Promise<void> {
    const folder = await mkdtemp(join(home.folder, "out-"));
    const { code, stderr } = await runCli(home, ["get", link, "--out", folder], { timeoutMs: GET_TIMEOUT_MS });
    expect(code, stderr).toBe(0);
    expect(content.equals(await readFile(join(folder, "film.bin")))).toBe(true);
  }

  const lastRead = (): string | undefined => hostProxy.paths.findLast((path) => path.startsWith(DAEMON_STREAM));

  test("of the host: get works, and the host streams again when it can", { timeout: TEST_MS }, async () => {
    hostProxy.holdAfter(passing);
    const startMs = performance.now();
    await download();
    console.log(`connected and downloaded after ${Math.round(performance.now() - startMs)} ms`);
    expect(lastRead()).toBe(DAEMON_STREAM + LONG_POLL);
    hostProxy.holdAfter(undefined);
    await expect.poll(lastRead, { timeout: STREAMING_WITHIN_MS, interval: LOOK_MS }).toBe(DAEMON_STREAM);
    await download();
  });

  test("of viewers: get works", { timeout: TEST_MS }, async () => {
    viewerProxy.holdAfter(passing);
    const startMs = performance.now();
    await download();
    console.log(`connected and downloaded after ${Math.round(performance.now() - startMs)} ms`);
    expect(viewerProxy.paths.some((path) => path.endsWith("?poll=0"))).toBe(true);
  });

  test("of both: the page works", { timeout: TEST_MS }, async () => {
    hostProxy.holdAfter(passing);
    viewerProxy.holdAfter(passing);
    const page = await chromium.context.newPage();
    const startMs = performance.now();
    await page.goto(link);
    await page.locator("#download:enabled").waitFor({ timeout: 2 * CONNECTED_WITHIN_MS });
    console.log(`connected after ${Math.round(performance.now() - startMs)} ms`);
    const downloading = page.waitForEvent("download");
    await page.locator("#download").click();
    const saved = join(home.folder, `saved-${passing}`);
    await (await downloading).saveAs(saved);
    expect(content.equals(await readFile(saved))).toBe(true);
    expect(await page.getByText("A proxy delays").count()).toBe(0);
    await page.close();
  });
});
