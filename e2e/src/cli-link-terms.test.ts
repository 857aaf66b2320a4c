/** Links with terms as their users meet them: `share` with an end or a number of downloads, and `get` of a link that has ended. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createHome, type Home, jsonLines, runCli, type Running, startCli } from "./cli-process.ts";

const FILE = randomBytes(200_000);
const LINK_ENDED = 27;
/** Long enough to start, to connect and to look. */
const LIFE_MS = 4000;

let home: Home;
let relay: Running;
let origin: string;

beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "a.bin"), FILE);
  relay = startCli(home, ["relay", "--port", "0", "--quiet", "--no-page"], { timeoutMs: 60_000 });
  [origin] = await relay.until(/http:\/\/127\.0\.0\.1:\d+/);
});
afterAll(async () => {
  relay.child.kill("SIGTERM");
  await relay.ended;
  await home.remove();
});

async function share(...args: string[]): Promise<{ running: Running; link: string; ready: Record<string, unknown> }> {
  const running = startCli(home, ["share", "a.bin", "--relay", origin, "--json", ...args]);
  onTestFinished(() => void running.child.kill("SIGKILL"));
  await running.until(/"ready".*\n/);
  const ready = jsonLines(running.stdout()).find(({ event }) => event === "ready") ?? {};
  return { running, link: String(ready["link"]), ready };
}

const get = (link: string, name: string): ReturnType<typeof runCli> => runCli(home, ["get", link, "--name", name, "--quiet"]);

it("X-31: a link with one download is used up after it, and says so, also after a restart of the host; the same command gives a new link", async () => {
  const first = await share("--max-downloads", "1");
  expect(first.ready).toMatchObject({ maxDownloads: 1, downloads: 0 });
  expect(await get(first.link, "one")).toMatchObject({ code: 0 });
  expect(await readFile(join(home.folder, "one"))).toEqual(FILE);
  const refused = { code: LINK_ENDED, stdout: "", stderr: expect.stringMatching(/downloaded as often as the host allows/) };
  expect(await get(first.link, "two")).toMatchObject(refused);
  first.running.child.kill("SIGINT");
  const events = jsonLines((await first.running.ended).stdout);
  expect(events).toContainEqual({ event: "download-taken", taken: 1, max: 1 });
  expect(events).toContainEqual(expect.objectContaining({ event: "link-ended", reason: "used-up" }));
  const second = await share("--max-downloads", "1");
  expect(second.link).not.toBe(first.link);
  expect(second.ready["notices"]).toContainEqual(expect.stringMatching(/used up\. This is a new one/));
  expect(await get(first.link, "two")).toMatchObject(refused);
  expect(await get(second.link, "two")).toMatchObject({ code: 0 });
});

it("X-30: a link that has expired ends its viewers' sessions, and says so to viewers who open it later", async () => {
  const expires = new Date(Math.ceil((Date.now() + LIFE_MS) / 1000) * 1000).toISOString();
  const { running, link, ready } = await share("--expires", expires.replace(".000", ""));
  expect(ready["expires"]).toBe(expires);
  const remote = await connect(link, { createPeerConnection });
  onTestFinished(() => remote.close());
  expect(Buffer.from(await remote.read({ start: 0, end: 10 }))).toEqual(FILE.subarray(0, 10));
  expect(await remote.closed).toMatchObject({ reason: "link-expired" });
  await running.until(/"link-ended".*expired/);
  expect(await get(link, "late")).toMatchObject({ code: LINK_ENDED, stderr: expect.stringMatching(/has expired/) });
});
