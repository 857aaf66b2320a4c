/* Two terminals of one user at one relay: ending a share in one of them doesn't affect the other. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createHome, type Home, runCli } from "../cli-process.ts";
import { GET_TIMEOUT_MS, untilPart } from "../lib/getting.ts";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { makeHome, removeHome, startRangecast } from "../lib/rangecast.ts";
import { type Relay, startRelay } from "../lib/share.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";

const FILE_BYTES = 1_000_000;
/** More than is downloaded before the first host is stopped. */
const LARGE_BYTES = 60_000_000;
const BEGUN_BYTES = 5_000_000;

let relay: Relay;
let user = "";
let viewer: Home;

beforeAll(async () => {
  relay = await startRelay();
  user = await makeHome();
  viewer = await createHome();
});

afterAll(async () => {
  await relay.stop();
  await removeHome(user);
  await viewer.remove();
});

interface Terminal {
  readonly process: JsonProcess;
  readonly link: string;
}

/** `rangecast share FILE --relay RELAY` in another terminal of the same user. */
async function share(file: string, args: readonly string[] = []): Promise<Terminal> {
  const process = startRangecast(["share", file, "--relay", relay.url, "--json", ...args], { home: user });
  onTestFinished(async () => void (await process.stop()));
  const { link } = await process.waitFor(({ event }) => event === "ready");
  return { process, link: String(link) };
}

async function noise(name: string, bytes: number): Promise<{ path: string; sha256: string }> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-two-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  return { path, sha256: await writeNoise(path, bytes) };
}

async function fetched(link: string): Promise<string> {
  const folder = await mkdtemp(join(viewer.folder, "out-"));
  const { code, stderr } = await runCli(viewer, ["get", link, "--out", folder, "--name", "out.bin"], { timeoutMs: GET_TIMEOUT_MS });
  expect([code, stderr]).toEqual([0, ""]);
  return sha256Of(join(folder, "out.bin"));
}

/** Equal options make one share of one daemon, others a second daemon of the same link. */
const CASES: ReadonlyArray<readonly [which: string, options: string, args: readonly string[]]> = [
  ["first", "equal", []],
  ["second", "equal", []],
  ["first", "other", ["--name", "b.bin"]],
];

test.each(CASES)(
  "the same file in two terminals: when the %s is stopped, the link still works (%s options)",
  async (which, _options, args) => {
    const file = await noise("a.bin", FILE_BYTES);
    const first = await share(file.path);
    const second = await share(file.path, args);
    expect(second.link).toBe(first.link);
    expect(await fetched(first.link)).toBe(file.sha256);
    await (which === "first" ? first : second).process.stop();
    expect(await fetched(first.link)).toBe(file.sha256);
    const third = await share(file.path);
    await (which === "first" ? second : first).process.stop();
    expect(await fetched(third.link)).toBe(file.sha256);
  },
);

test("different files in two terminals: both can be downloaded, and one still can when the other is stopped", async () => {
  const [one, two] = [await noise("1.bin", FILE_BYTES), await noise("2.bin", FILE_BYTES)];
  const first = await share(one.path);
  const second = await share(two.path);
  expect(await Promise.all([fetched(first.link), fetched(second.link)])).toEqual([one.sha256, two.sha256]);
  await second.process.stop();
  expect(await fetched(first.link)).toBe(one.sha256);
});

test("a get continues with the other terminal when the one that serves it is stopped", async () => {
  const file = await noise("large.bin", LARGE_BYTES);
  const first = await share(file.path);
  const second = await share(file.path);
  const folder = join(viewer.folder, "on");
  await mkdir(folder);
  const get = startRangecast(["get", first.link, "--out", folder, "--json"], { home: viewer.folder });
  onTestFinished(async () => void (await get.stop()));
  await untilPart(folder, BEGUN_BYTES);
  const served = ({ process }: Terminal): boolean => process.events.some(({ event }) => event === "viewer-joined");
  const [serving, other] = served(second) ? [second, first] : [first, second];
  await serving.process.stop();
  await get.waitFor(({ event }) => event === "done", GET_TIMEOUT_MS);
  expect(served(other)).toBe(true);
  expect(await sha256Of(join(folder, "large.bin"))).toBe(file.sha256);
});
