import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { connectPlain, type RemoteFile } from "@rangecast/client";
import { runStream, type SessionEnd } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChromium } from "./lib/chromium.ts";
import { FILM, makeFilm } from "./lib/media.ts";
import { goIsInstalled, startPion } from "./lib/pion.ts";
import { type PlainRelay, startPlainRelay } from "./lib/plain-relay.ts";
import type { Event } from "./lib/processes.ts";
import { startRelay } from "./lib/share.ts";
import { sha256Of, writeNoise } from "./lib/test-files.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

const MIB = 1024 * 1024;
const FILE_BYTES = 32 * MIB + 12_345;

let folder = "";
let file = "";
let fileSha256 = "";
let plain: PlainRelay;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-interop-"));
  file = join(folder, "noise.bin");
  fileSha256 = await writeNoise(file, FILE_BYTES);
  plain = await startPlainRelay();
});

afterAll(async () => {
  await plain.relay.close();
  await rm(folder, { recursive: true, force: true });
});

type Step = Record<string, unknown> & { op: string };

/** Our daemon serves `file` to the pion browser, which carries out `steps`. */
async function browse(steps: Step[], args: string[] = []): Promise<{ results: Event[]; hello: Event; end: Event; ended: SessionEnd }> {
  const session = plain.newSession();
  const ended = runStream({ sessionId: session, filePath: file, displayName: "Füße 影片.bin", signals: plain.agent(session) });
  const script = JSON.stringify([...steps, { op: "bye" }]);
  const browser = await startPion("browser", { base: plain.relay.url, session, key: plain.key, args: ["--script", script, ...args] });
  const end = await browser.waitFor((event) => event.event === "end", 90_000);
  expect(end["violations"], browser.stderr()).toBeUndefined();
  expect(await browser.exited, JSON.stringify(browser.events)).toBe(0);
  const hello = browser.events.find((event) => event.event === "hello");
  if (!hello) throw new Error("no hello was printed");
  return { results: browser.events.filter((event) => event["op"] !== undefined), hello, end, ended: await ended };
}

describe.skipIf(!goIsInstalled)("the pion browser against our daemon (skipped where go is not installed)", () => {
  test("reads the whole file, any range of it, and ends the session with bye", async () => {
    const tail = { start: FILE_BYTES - 100_000, end: FILE_BYTES };
    const { results, hello, ended } = await browse([
      { op: "range", offset: "0", length: "0" },
      { op: "range", offset: String(tail.start), length: "18446744073709551615" },
      { op: "range", offset: "1", length: "1" },
      { op: "range", offset: String(FILE_BYTES), length: "1" },
      { op: "range", offset: "9223372036854775808", length: "1" },
      { op: "ping", streamId: 77 },
      { op: "seek-hint", ms: "3600000" },
    ]);
    expect(hello).toMatchObject({ size: String(FILE_BYTES), name: "Füße 影片.bin" });
    expect(results[0]).toMatchObject({ bytes: FILE_BYTES, sha256: fileSha256, status: 0, lastFlag: true });
    expect(results[0]?.["maxPayload"]).toBeLessThanOrEqual(16_384);
    expect(results[1]).toMatchObject({ bytes: 100_000, sha256: await sha256Of(file, tail), status: 0 });
    expect(results[2]).toMatchObject({ bytes: 1, status: 0 });
    expect(results[3]).toMatchObject({ bytes: 0, status: 2 });
    expect(results[4]).toMatchObject({ bytes: 0, status: 2 });
    expect(ended.reason).toBe("bye");
  });

  test("gets four ranges at once, and a fifth when a place is free", async () => {
    const ranges = Array.from({ length: 5 }, (_, index) => ({ offset: String(index * MIB), length: String(MIB) }));
    const { results } = await browse([{ op: "ranges", ranges }]);
    const each = results[0]?.["results"] as Record<string, unknown>[];
    expect(each).toHaveLength(5);
    for (const [index, result] of each.entries()) {
      expect(result).toMatchObject({ status: 0, bytes: MIB, sha256: await sha256Of(file, { start: index * MIB, end: (index + 1) * MIB }) });
    }
  });

  test("stops a range with CANCEL: no RANGE_END comes, and soon no data", async () => {
    const { results } = await browse([{ op: "cancel-after", offset: "0", length: "0", bytes: MIB }]);
    expect(results[0]).toMatchObject({ ok: true, rangeEnd: false });
    expect(results[0]?.["bytesBeforePong"]).toBeLessThanOrEqual(8 * MIB);
  });

  test("is served on after a flood of mutated frames, and its second channel is not", async () => {
    const { results } = await browse([
      { op: "flood", count: 20_000, seed: 5 },
      { op: "second-channel" },
      { op: "range", offset: "0", length: "1000000" },
    ]);
    expect(results.at(-2)).toMatchObject({ op: "range", bytes: 1_000_000, sha256: await sha256Of(file, { start: 0, end: 1_000_000 }) });
  });

  test("finds us however its candidates come", async () => {
    const { results } = await browse([{ op: "range", offset: "0", length: "0" }], ["--chaotic", "--seed", "3"]);
    expect(results[0]).toMatchObject({ sha256: fileSha256 });
  });
});

/** The pion daemon serves `file` to our client. */
async function fetchFrom(use: (remote: RemoteFile) => Promise<void>, args: string[] = []): Promise<Event> {
  const session = plain.newSession();
  const daemon = await startPion("daemon", {
    base: plain.relay.url,
    session,
    key: plain.key,
    args: ["--file", file, "--name", "noise.bin", ...args],
  });
  await daemon.waitFor((event) => event.event === "start");
  const remote = await connectPlain({ base: plain.relay.url, sessionId: session, key: plain.key, createPeerConnection });
  await use(remote);
  await remote.close();
  const end = await daemon.waitFor((event) => event.event === "end");
  expect(await daemon.exited, JSON.stringify(daemon.events)).toBe(0);
  return end;
}

async function digest(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}

describe.skipIf(!goIsInstalled)("our client against the pion daemon (skipped where go is not installed)", () => {
  test.each([
    ["orderly", []],
    ["chaotic", ["--chaotic", "--seed", "4"]],
  ])("reads the whole file from an %s one", async (_name, args) => {
    await fetchFrom(async (remote) => {
      expect(remote).toMatchObject({ name: "noise.bin", size: FILE_BYTES });
      expect(await digest(remote.stream())).toBe(fileSha256);
    }, args);
  });

  test("seeks: a cancelled stream stops, and the next one has the right bytes", async () => {
    await fetchFrom(async (remote) => {
      for (let seek = 0; seek < 10; seek++) {
        const start = (seek * 7_654_321) % FILE_BYTES;
        const reader = remote.stream({ start }).getReader();
        await reader.read();
        await reader.cancel();
        const range = { start, end: Math.min(FILE_BYTES, start + 300_000) };
        expect(await digest(remote.stream(range))).toBe(await sha256Of(file, range));
      }
    });
  });

  test("reads several ranges at once, though the daemon refuses a fifth", async () => {
    await fetchFrom(async (remote) => {
      const ranges = Array.from({ length: 8 }, (_, index) => ({ start: index * 3 * MIB, end: index * 3 * MIB + 2 * MIB }));
      const digests = await Promise.all(ranges.map((range) => digest(remote.stream(range))));
      expect(digests).toEqual(await Promise.all(ranges.map((range) => sha256Of(file, range))));
    });
  });
});

test.skipIf(!goIsInstalled)("our page plays and seeks a film of the pion daemon (skipped where go is not installed)", async () => {
  const film = await makeFilm("mp4-moov-front", folder);
  const relay = await startRelay([], { RANGECAST_RELAY_KEYS: plain.key });
  const session = plain.newSession();
  const daemon = await startPion("daemon", { base: relay.url, session, key: plain.key, args: ["--file", film, "--name", "film.mp4"] });
  const browser = await startChromium();
  try {
    await daemon.waitFor((event) => event.event === "start");
    const page = await browser.context.newPage();
    await openFilm(page, `${relay.url}/plain/${session}#key=${plain.key}`);
    for (const seconds of [42, 3.4, 57.2]) {
      const shown = await seekAndRead(page, seconds);
      expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
    }
    await page.close();
    await daemon.waitFor((event) => event.event === "end");
  } finally {
    await browser.close();
    await daemon.stop();
    await relay.stop();
  }
});
