import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { connectPlain, type RemoteFile } from "@rangecast/client";
import { runStream, type SessionEnd } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, makeFilm } from "./lib/media.ts";
import { goIsInstalled, startPion } from "./lib/pion.ts";
import { type PlainRelay, startPlainRelay } from "./lib/plain-relay.ts";
import type { Event } from "@rangecast/testkit/processes/json-process";
import { startRelay } from "./lib/share.ts";
import { sha256Of, writeNoise } from "./lib/test-files.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

const MIB = 1024 * 1024;
/** Above the start of every range that is read below. */
const FILE_BYTES = 24 * MIB + 12_345;

let folder = "";
let file = "";
let fileSha256 = "";
let plain: PlainRelay;
let chromium: Chromium | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-interop-"));
  file = join(folder, "noise.bin");
  fileSha256 = await writeNoise(file, FILE_BYTES);
  plain = await startPlainRelay();
});

afterAll(async () => {
  await chromium?.close();
  await plain.relay.close();
  await rm(folder, { recursive: true, force: true });
});

/** A tab of the browser that the tests share. Each relay has an origin of its own, so nothing of another page's remains. */
async function newPage(): Promise<Page> {
  chromium ??= await startChromium();
  return chromium.context.newPage();
}

type Step = Record<string, unknown> & { op: string };

/** A peer's own messages that the relay sent back to it. The peer mistakes them for the other side's. */
function ownMessages(events: readonly Event[]): Event[] {
  return events.filter(({ event }) => event === "own-message");
}

/** Our daemon serves `file` to the pion browser, which carries out `steps`. */
async function browse(steps: Step[], args: string[] = []): Promise<{ results: Event[]; hello: Event; end: Event; ended: SessionEnd }> {
  const session = plain.newSession();
  const agent = plain.agent(session);
  const ended = runStream({ sessionId: session, filePath: file, displayName: "Füße 影片.bin", signals: agent.signals });
  // A browser that is alone in its session gets its own messages back: the relay can't know yet that it isn't an agent.
  await agent.reading;
  const script = JSON.stringify([...steps, { op: "bye" }]);
  const browser = await startPion("browser", { base: plain.relay.url, session, key: plain.key, args: ["--script", script, ...args] });
  const end = await browser.waitFor((event) => event.event === "end", 90_000);
  expect(end["violations"], browser.stderr()).toBeUndefined();
  expect(await browser.exited, JSON.stringify(browser.events)).toBe(0);
  expect(ownMessages(browser.events), "the relay gave it back its own messages").toEqual([]);
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

  test("gets four ranges at once, and a fifth when a slot is free", async () => {
    const ranges = Array.from({ length: 5 }, (_, index) => ({ offset: String(index * MIB), length: String(MIB) }));
    const { results } = await browse([{ op: "ranges", ranges }]);
    const each = results[0]?.["results"] as Record<string, unknown>[];
    expect(each).toHaveLength(5);
    for (const [index, result] of each.entries()) {
      expect(result).toMatchObject({ status: 0, bytes: MIB, sha256: await sha256Of(file, { start: index * MIB, end: (index + 1) * MIB }) });
    }
  });

  test("stops a range with CANCEL: no RANGE_END follows, and soon no data", async () => {
    const { results } = await browse([{ op: "cancel-after", offset: "0", length: "0", bytes: MIB }]);
    expect(results[0]).toMatchObject({ ok: true, rangeEnd: false });
    expect(results[0]?.["bytesBeforePong"]).toBeLessThanOrEqual(8 * MIB);
  });

  test("is still served after a flood of mutated frames, but not on its second channel", async () => {
    const { results } = await browse([
      { op: "flood", count: 20_000, seed: 5 },
      { op: "second-channel" },
      { op: "range", offset: "0", length: "1000000" },
    ]);
    expect(results.at(-2)).toMatchObject({ op: "range", bytes: 1_000_000, sha256: await sha256Of(file, { start: 0, end: 1_000_000 }) });
  });

  test.each([
    ["cancelled just before", MIB],
    ["still served", 0],
  ])("gets a range whose stream id is that of a range that is %s", async (_name, bytes) => {
    const next = { start: 20 * MIB, end: 20 * MIB + 300_000 };
    const ranges = [{ offset: String(next.start), length: String(next.end - next.start) }];
    const { results } = await browse([
      { op: "cancel-reuse", offset: "0", length: "0", bytes, ranges },
      { op: "range", offset: "5", length: "1000" },
    ]);
    expect(results[0]).toMatchObject({ status: 0, tailSha256: await sha256Of(file, next) });
    expect(results[1]).toMatchObject({ status: 0, bytes: 1000, sha256: await sha256Of(file, { start: 5, end: 1005 }) });
  });

  test.each([
    ["in any order", ["--chaotic", "--seed", "3"]],
    ["one after another", ["--ordered", "--skip-own", "--fresh-ids"]],
  ])("connects if its candidates come %s", async (_name, args) => {
    const { results } = await browse([{ op: "range", offset: "0", length: "0" }], args);
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
  await daemon.waitFor((event) => event.event === "reading");
  const remote = await connectPlain({ base: plain.relay.url, sessionId: session, key: plain.key, createPeerConnection });
  await use(remote);
  await remote.close();
  const end = await daemon.waitFor((event) => event.event === "end");
  expect(await daemon.exited, JSON.stringify(daemon.events)).toBe(0);
  expect(ownMessages(daemon.events), "the relay gave it back its own messages").toEqual([]);
  return end;
}

async function digest(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}

describe.skipIf(!goIsInstalled)("our client against the pion daemon (skipped where go is not installed)", () => {
  test.each([
    ["agent that is careless", []],
    ["agent that is orderly", ["--ordered", "--skip-own"]],
    ["agent whose messages come in another order", ["--chaotic", "--seed", "4"]],
  ])("reads the whole file from an %s", async (_name, args) => {
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

  test("reads several ranges at once, although the daemon refuses a fifth", async () => {
    await fetchFrom(async (remote) => {
      const ranges = Array.from({ length: 8 }, (_, index) => ({ start: index * 3 * MIB, end: index * 3 * MIB + 2 * MIB }));
      const digests = await Promise.all(ranges.map((range) => digest(remote.stream(range))));
      expect(digests).toEqual(await Promise.all(ranges.map((range) => sha256Of(file, range))));
    });
  });
});

describe.skipIf(!goIsInstalled)("a daemon that transcodes, so that its size is an estimate (skipped where go is not installed)", () => {
  test.each([
    ["too large", String(FILE_BYTES + 5 * MIB)],
    ["too small", String(FILE_BYTES - 5 * MIB)],
    ["0", "0"],
    ["unknown", "unknown"],
  ])("is read to the end that it says: %s", async (_name, size) => {
    await fetchFrom(
      async (remote) => {
        expect(remote.provisional).toBe(true);
        expect(await digest(remote.stream())).toBe(fileSha256);
        const tail = { start: FILE_BYTES - 100_000, end: FILE_BYTES };
        expect(await digest(remote.stream(tail))).toBe(await sha256Of(file, tail));
      },
      ["--transcode", size],
    );
  });

  test.each([
    ["too large", String(FILE_BYTES)],
    ["too small", String(MIB)],
    ["unknown", "unknown"],
  ])("and stops in the middle is an error, never a file that looks whole: %s", async (_name, size) => {
    await fetchFrom(
      async (remote) => {
        await expect(digest(remote.stream())).rejects.toMatchObject({ reason: "unreadable" });
      },
      ["--transcode", size, "--stop-at", String(10 * MIB)],
    );
  });

  test("and is killed in the middle is also an error", async () => {
    const session = plain.newSession();
    const args = ["--file", file, "--transcode", String(MIB)];
    const daemon = await startPion("daemon", { base: plain.relay.url, session, key: plain.key, args });
    await daemon.waitFor((event) => event.event === "reading");
    const remote = await connectPlain({ base: plain.relay.url, sessionId: session, key: plain.key, createPeerConnection });
    try {
      const reader = remote.stream().getReader();
      await reader.read();
      await daemon.stop();
      const rest = async (): Promise<void> => {
        while (!(await reader.read()).done);
      };
      await expect(rest()).rejects.toMatchObject({ name: "ClientError" });
    } finally {
      await remote.close();
      await daemon.stop();
    }
  });
});

/** Two careless peers of the base protocol, of one program, on one machine, with one key. */
test.skipIf(!goIsInstalled)("the pion browser and the pion daemon at our relay (skipped where go is not installed)", async () => {
  const session = plain.newSession();
  const shared = { base: plain.relay.url, session, key: plain.key };
  const daemon = await startPion("daemon", { ...shared, args: ["--file", file] });
  await daemon.waitFor((event) => event.event === "reading");
  const script = JSON.stringify([{ op: "range", offset: "0", length: "0" }, { op: "bye" }]);
  const browser = await startPion("browser", { ...shared, args: ["--script", script] });
  expect(await browser.exited, JSON.stringify(browser.events)).toBe(0);
  expect(await daemon.exited, JSON.stringify(daemon.events)).toBe(0);
  expect(browser.events.find((event) => event["op"] === "range")).toMatchObject({ sha256: fileSha256, status: 0 });
  expect(ownMessages(daemon.events)).toEqual([]);
});

test.skipIf(!goIsInstalled)("our page plays and seeks a film of the pion daemon (skipped where go is not installed)", async () => {
  const film = await makeFilm("mp4-moov-front", folder);
  const relay = await startRelay([], { RANGECAST_RELAY_KEYS: plain.key });
  const session = plain.newSession();
  const daemon = await startPion("daemon", { base: relay.url, session, key: plain.key, args: ["--file", film, "--name", "film.mp4"] });
  const page = await newPage();
  try {
    await daemon.waitFor((event) => event.event === "start");
    await openFilm(page, `${relay.url}/plain/${session}#key=${plain.key}`);
    for (const seconds of [42, 3.4, 57.2]) {
      const shown = await seekAndRead(page, seconds);
      expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
    }
    await page.close();
    await daemon.waitFor((event) => event.event === "end");
  } finally {
    await page.close();
    await daemon.stop();
    await relay.stop();
  }
});
